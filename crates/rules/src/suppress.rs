//! Alerts that are alike become one.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::Rule;
use crate::alert::{Alert, Candidate, digest};
use crate::overrides::elements;
use crate::schedule::unit;

/// How a rule's alerts are grouped: `alert_suppression`.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppression {
    /// The fields whose values make a group.
    pub group_by: Vec<String>,
    /// How long after its first alert a group takes in others, in milliseconds; one run where there is none.
    pub duration: Option<i64>,
    /// Whether a field that isn't there is a value like any other. Otherwise such an alert stands for itself.
    pub groups_missing: bool,
}

impl Suppression {
    /// What the rule's file states, if it does.
    ///
    /// # Errors
    /// What can't be read, in words.
    pub fn of(rule: &Rule) -> Result<Option<Self>, String> {
        let Some(table) = rule.metadata.fields.get("alert_suppression") else { return Ok(None) };
        let group_by: Vec<String> = match table.get("group_by").and_then(Value::as_array) {
            Some(fields) => fields.iter().filter_map(|field| field.as_str().map(str::to_owned)).collect(),
            None => Vec::new(),
        };
        if group_by.is_empty() {
            return Err("alert_suppression has to name its fields in group_by".to_owned());
        }
        let duration = match table.get("duration") {
            None => None,
            Some(duration) => {
                let value = duration.get("value").and_then(Value::as_i64).filter(|value| *value > 0);
                let unit = duration.get("unit").and_then(Value::as_str).and_then(unit);
                let millis = value.zip(unit).and_then(|(value, unit)| value.checked_mul(unit));
                Some(millis.ok_or("the duration of alert_suppression needs a value and a unit: s, m or h")?)
            }
        };
        let groups_missing = match table.get("missing_fields_strategy").and_then(Value::as_str) {
            None | Some("suppress") => true,
            Some("doNotSuppress") => false,
            Some(other) => {
                return Err(format!("missing_fields_strategy is suppress or doNotSuppress, not \"{other}\""));
            }
        };
        Ok(Some(Self { group_by, duration, groups_missing }))
    }

    /// The fields and values of the group that a source belongs to; `None` where it stands for itself.
    pub(crate) fn terms(&self, source: &Map<String, Value>) -> Option<Vec<(String, Value)>> {
        let mut terms = Vec::with_capacity(self.group_by.len());
        for field in &self.group_by {
            let value = term(source.get(field));
            if value.is_null() && !self.groups_missing {
                return None;
            }
            terms.push((field.clone(), value));
        }
        Some(terms)
    }
}

/// What a group is known by: `kibana.alert.instance.id`.
pub(crate) fn group_id(terms: &[(String, Value)], rule_id: &str) -> String {
    digest(&serde_json::json!([terms, rule_id, "default"]))
}

/// Says of an alert that it stands for a group: its terms, the times of its first and last event, and how many events it
/// has beside the one that it shows.
pub(crate) fn write(alert: &mut Alert, id: &str, terms: &[(String, Value)], (start, end): (i64, i64), members: u64) {
    let terms: Vec<Value> =
        terms.iter().map(|(field, value)| serde_json::json!({ "field": field, "value": value })).collect();
    let fields: [(&str, Value); 5] = [
        ("instance.id", id.into()),
        ("suppression.terms", terms.into()),
        ("suppression.start", quarry::format_time(start).into()),
        ("suppression.end", quarry::format_time(end).into()),
        ("suppression.docs_count", members.into()),
    ];
    for (name, value) in fields {
        alert.document.insert(format!("kibana.alert.{name}"), value);
    }
}

/// One value as it is, several as a sorted list.
fn term(value: Option<&Value>) -> Value {
    let mut values = value.map(elements).unwrap_or_default().to_vec();
    values.sort_by_key(ToString::to_string);
    match values.len() {
        0 => Value::Null,
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is an alert.
    New,
    /// It was added to one of the same group.
    Added,
}

/// The alerts of a rule, in the order in which they came, as far as their groups can still grow.
#[derive(Debug)]
pub(crate) struct Suppressor {
    suppression: Suppression,
    rule_id: String,
    /// Alerts that may still take in others, and the ones between them.
    held: Vec<Alert>,
    /// How many alerts before those held were given away.
    given: usize,
    groups: HashMap<String, Group>,
}

#[derive(Clone, Debug)]
struct Group {
    /// The place of its alert, counted from the first of all.
    place: usize,
    run: i64,
    start: i64,
    end: i64,
    members: u64,
    terms: Vec<(String, Value)>,
}

impl Suppressor {
    pub(crate) fn new(suppression: Suppression, rule: &Rule) -> Self {
        Self { suppression, rule_id: rule.metadata.rule_id.clone(), held: Vec::new(), given: 0, groups: HashMap::new() }
    }

    /// Whether an alert with the fields `source`, which the run at `now` found, would be one of its own.
    pub(crate) fn would_be_new(&self, source: &Map<String, Value>, run: i64, now: i64) -> bool {
        match self.suppression.terms(source) {
            None => true,
            Some(terms) => {
                !self.group(&terms).is_some_and(|(_, group)| is_open(self.suppression.duration, group, run, now))
            }
        }
    }

    fn group(&self, terms: &[(String, Value)]) -> Option<(String, &Group)> {
        let id = self.id(terms);
        self.groups.get(&id).map(|group| (id, group))
    }

    fn id(&self, terms: &[(String, Value)]) -> String {
        group_id(terms, &self.rule_id)
    }

    /// Takes in an alert whose event is of the time `at`, found by the run at `now`. It is made only where it is one of
    /// its own.
    pub(crate) fn push(
        &mut self,
        candidate: Candidate,
        run: i64,
        now: i64,
        at: i64,
        make: &dyn Fn(Candidate) -> Alert,
    ) -> Taken {
        let place = self.given + self.held.len();
        let Some(terms) = self.suppression.terms(&candidate.source) else {
            self.held.push(make(candidate));
            return Taken::New;
        };
        let id = self.id(&terms);
        if let Some(group) = self.groups.get(&id).filter(|group| is_open(self.suppression.duration, group, run, now)) {
            let mut group = group.clone();
            group.members += 1;
            group.start = group.start.min(at);
            group.end = group.end.max(at);
            self.write(&id, &group, Some(now));
            self.groups.insert(id, group);
            return Taken::Added;
        }
        let group = Group { place, run, start: at, end: at, members: 0, terms };
        self.held.push(make(candidate));
        self.write(&id, &group, None);
        self.groups.insert(id, group);
        Taken::New
    }

    /// Writes what is known of a group into its alert.
    fn write(&mut self, id: &str, group: &Group, detected: Option<i64>) {
        let place = group.place.checked_sub(self.given).and_then(|place| self.held.get_mut(place));
        let Some(alert) = place else { return };
        write(alert, id, &group.terms, (group.start, group.end), group.members);
        if let Some(now) = detected {
            alert.document.insert("kibana.alert.last_detected".into(), quarry::format_time(now).into());
        }
    }

    /// Gives away the alerts before the first that can still grow, if runs from now on are at `now` or later.
    pub(crate) fn settled(&mut self, run: i64, now: i64) -> Vec<Alert> {
        let duration = self.suppression.duration;
        self.groups.retain(|_, group| is_open(duration, group, run, now));
        let first = self.groups.values().map(|group| group.place).min();
        let count = first.map_or(self.held.len(), |first| first.saturating_sub(self.given));
        self.given += count;
        self.held.drain(..count).collect()
    }

    /// All alerts that are left; nothing can join them any more.
    pub(crate) fn rest(&mut self) -> Vec<Alert> {
        self.groups.clear();
        self.given += self.held.len();
        std::mem::take(&mut self.held)
    }
}

/// A group is open for its run or for its duration, whichever the rule says.
fn is_open(duration: Option<i64>, group: &Group, run: i64, now: i64) -> bool {
    match duration {
        None => group.run == run,
        Some(duration) => now.saturating_sub(duration) <= group.start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{candidate, made, rule};

    fn suppressor(table: &str) -> Suppressor {
        let rule = rule(table);
        let suppression = Suppression::of(&rule).unwrap().unwrap();
        Suppressor::new(suppression, &rule)
    }

    const BY_USER: &str = "[alert_suppression]\ngroup_by = [\"user\"]\n";

    #[test]
    fn a_group_lasts_for_its_run_or_its_duration() {
        let mut by_run = suppressor(BY_USER);
        let mut timed = suppressor(&format!("{BY_USER}duration = {{ value = 10, unit = \"s\" }}"));
        let mut push = |run: i64, now: i64, expected: [Taken; 2]| {
            let one = || candidate(serde_json::json!({"user": "a"}));
            assert_eq!(by_run.push(one(), run, now, now, &made), expected[0], "by run at {now}");
            assert_eq!(timed.push(one(), run, now, now, &made), expected[1], "timed at {now}");
        };
        push(1, 1000, [Taken::New, Taken::New]);
        push(1, 2000, [Taken::Added, Taken::Added]);
        push(2, 11_000, [Taken::New, Taken::Added]);
        push(2, 11_001, [Taken::Added, Taken::New]);
        let alerts = timed.rest();
        assert_eq!(alerts.len(), 2);
        assert_eq!(alerts[0].document["kibana.alert.suppression.docs_count"], 2);
        assert_eq!(alerts[0].document["kibana.alert.suppression.end"], "1970-01-01T00:00:11.000Z");
        assert_eq!(alerts[1].document["kibana.alert.suppression.docs_count"], 0);
    }

    #[test]
    fn lists_are_compared_whole_and_in_any_order() {
        let mut suppressor = suppressor(BY_USER);
        let mut push = |user: Value| suppressor.push(candidate(serde_json::json!({ "user": user })), 1, 0, 0, &made);
        assert_eq!(push(serde_json::json!(["b", "a"])), Taken::New);
        assert_eq!(push(serde_json::json!(["a", "b"])), Taken::Added);
        assert_eq!(push(serde_json::json!("a")), Taken::New);
        assert_eq!(push(serde_json::json!(["a"])), Taken::Added);
    }

    #[test]
    fn a_missing_field_is_a_group_or_none() {
        let mut grouped = suppressor(BY_USER);
        let mut apart = suppressor(&format!("{BY_USER}missing_fields_strategy = \"doNotSuppress\""));
        for expected in [Taken::New, Taken::Added] {
            assert_eq!(grouped.push(candidate(serde_json::json!({})), 1, 0, 0, &made), expected);
            assert_eq!(apart.push(candidate(serde_json::json!({})), 1, 0, 0, &made), Taken::New);
        }
        assert_eq!(apart.rest()[0].document.get("kibana.alert.suppression.terms"), None);
    }

    #[test]
    fn alerts_are_given_away_in_order_once_nothing_can_join_them() {
        let mut suppressor = suppressor(&format!("{BY_USER}duration = {{ value = 10, unit = \"s\" }}"));
        for (user, at) in [("a", 0), ("b", 5000), ("a", 6000), ("c", 9000)] {
            suppressor.push(candidate(serde_json::json!({ "user": user })), 1, at, at, &made);
        }
        assert_eq!(suppressor.settled(2, 10_000).len(), 0);
        assert_eq!(suppressor.settled(3, 10_001).len(), 1);
        suppressor.push(candidate(serde_json::json!({"user": "b"})), 3, 12_000, 12_000, &made);
        let rest = suppressor.rest();
        assert_eq!(rest.len(), 2);
        assert_eq!(rest[0].document["kibana.alert.suppression.docs_count"], 1);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for table in [
            "group_by = []",
            "group_by = [\"a\"]\nduration = { value = 5, unit = \"y\" }",
            "group_by = [\"a\"]\nmissing_fields_strategy = \"maybe\"",
        ] {
            assert!(Suppression::of(&rule(&format!("[alert_suppression]\n{table}"))).is_err(), "{table}");
        }
        assert_eq!(Suppression::of(&rule("name = \"x\"")), Ok(None));
    }
}
