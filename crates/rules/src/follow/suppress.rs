//! Suppression of alerts that are given as they come: the first of a group goes out at once. When the group takes in no
//! more, the alert goes out again with what became part of it.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::state::{Growing, Part, Store};
use crate::suppress::group_id;
use crate::{Alert, Rule, Suppression};

/// A group of alerts whose first one was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Group {
    /// The time of its first alert's event: it is open for the duration from then on.
    first: i64,
    /// The times of its earliest and its latest event.
    pub(super) span: (i64, i64),
    /// The last moment at which it takes in an event.
    pub(super) until: i64,
    /// Events beside the first.
    pub(super) members: u64,
    /// Whether some of these aren't told yet.
    pub(super) grown: bool,
    /// Where its alert is kept.
    pub(super) alert: Place,
}

impl Group {
    /// What it is kept under.
    pub(super) fn key(&self, membership: &Membership) -> String {
        format!("{}{}", membership.prefix, self.first)
    }

    /// Takes in an event of this time.
    pub(super) fn add(&mut self, time: i64) {
        self.members += 1;
        self.span = (self.span.0.min(time), self.span.1.max(time));
    }
}

/// The group that an alert belongs to.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    /// How the key of the group begins.
    pub(super) prefix: String,
    /// `kibana.alert.instance.id`
    pub(super) id: String,
    pub(super) terms: Vec<(String, Value)>,
}

/// How a rule's alerts are suppressed.
pub(super) struct Quiet {
    suppression: Suppression,
    rule_id: String,
}

impl Quiet {
    /// What the rule's file states, if it does.
    pub(super) fn of(rule: &Rule) -> Result<Option<Self>, String> {
        let Some(suppression) = Suppression::of(rule)? else { return Ok(None) };
        Ok(Some(Self { suppression, rule_id: rule.metadata.rule_id.clone() }))
    }

    /// The group of an alert that the run at `run` finds; `None` where it stands for itself. Where the rule names no
    /// duration, each run has groups of its own.
    pub(super) fn membership(&self, alert: &Alert, run: i64) -> Option<Membership> {
        let terms = self.suppression.terms(&alert.source)?;
        let id = group_id(&terms, &self.rule_id);
        let prefix = match self.suppression.duration {
            Some(_) => format!("{id} "),
            None => format!("{id} {run} "),
        };
        Some(Membership { prefix, id, terms })
    }

    /// The group that begins with an event of `time`, found by the run at `run`.
    pub(super) fn begun(&self, time: i64, run: i64) -> Group {
        let until = self.suppression.duration.map_or(run, |duration| time.saturating_add(duration));
        Group { first: time, span: (time, time), until, members: 0, grown: false, alert: Place::default() }
    }

    /// Whether a group of the same terms takes in an event of `time`, which need not come in the order of time.
    pub(super) fn is_open(&self, group: &Group, time: i64) -> bool {
        self.suppression.duration.is_none_or(|duration| time.abs_diff(group.first) <= duration.unsigned_abs())
    }
}

/// Where a document is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    at: u64,
    bytes: usize,
}

/// The alerts of groups that are open, as they were given.
pub(super) struct Firsts {
    file: Growing,
}

pub(super) const FIRSTS: &str = "alerts";

impl Firsts {
    pub(super) fn open(store: &Store, part: &Part) -> io::Result<Self> {
        Ok(Self { file: Growing::open(store, FIRSTS, part)? })
    }

    pub(super) fn put(&mut self, document: &Map<String, Value>) -> io::Result<Place> {
        let text = serde_json::to_vec(document)?;
        Ok(Place { at: self.file.append(&text)?, bytes: text.len() })
    }

    /// The alert of a group with all that became part of it, on a line.
    pub(super) fn update(&mut self, group: &Group) -> io::Result<String> {
        let mut document: Map<String, Value> =
            serde_json::from_slice(&self.file.read(group.alert.at, group.alert.bytes)?)?;
        let (start, end) = group.span;
        let fields: [(&str, Value); 4] = [
            ("kibana.alert.suppression.start", quarry::format_time(start).into()),
            ("kibana.alert.suppression.end", quarry::format_time(end).into()),
            ("kibana.alert.suppression.docs_count", group.members.into()),
            ("kibana.alert.last_detected", quarry::format_time(end).into()),
        ];
        document.extend(fields.map(|(name, value)| (name.to_owned(), value)));
        Ok(Value::Object(document).to_string())
    }

    /// Makes a new file where most of the old one belongs to no group any more.
    pub(super) fn let_go(
        &mut self,
        store: &Store,
        groups: &mut BTreeMap<String, BTreeMap<String, Group>>,
    ) -> io::Result<()> {
        const SMALL: u64 = 1 << 20;
        let needed: u64 = groups.values().flat_map(BTreeMap::values).map(|group| group.alert.bytes as u64).sum();
        if self.file.bytes() < SMALL || needed * 2 > self.file.bytes() {
            return Ok(());
        }
        let mut next = self.file.next(store)?;
        for group in groups.values_mut().flat_map(BTreeMap::values_mut) {
            group.alert.at = next.append(&self.file.read(group.alert.at, group.alert.bytes)?)?;
        }
        self.file = next;
        Ok(())
    }

    pub(super) fn sync(&self) -> io::Result<Part> {
        self.file.sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{candidate, made, rule};

    #[test]
    fn groups_last_for_their_duration_or_their_run() {
        let table = "[alert_suppression]\ngroup_by = [\"user\"]\n";
        let alert = made(candidate(serde_json::json!({ "user": "a" })));
        let timed = format!("{table}duration = {{ value = 10, unit = \"ms\" }}");
        let timed = Quiet::of(&rule(&timed)).unwrap().unwrap();
        let group = timed.begun(5, 100);
        assert_eq!(group.until, 15);
        let open = [-6, -5, 4, 15, 16].map(|time| timed.is_open(&group, time));
        assert_eq!(open, [false, true, true, true, false], "one that is much earlier is of another group");
        let key = |quiet: &Quiet, run: i64| quiet.membership(&alert, run).unwrap().prefix;
        assert_eq!(key(&timed, 1), key(&timed, 2));
        let by_run = Quiet::of(&rule(table)).unwrap().unwrap();
        assert_eq!(by_run.begun(5, 100).until, 100);
        assert_ne!(key(&by_run, 1), key(&by_run, 2));
    }

    #[test]
    fn alerts_of_closed_groups_are_let_go() {
        let (store, _) = Store::open(None).unwrap();
        let mut firsts = Firsts::open(&store, &Part::default()).unwrap();
        let quiet = Quiet::of(&rule("[alert_suppression]\ngroup_by = [\"user\"]")).unwrap().unwrap();
        let mut groups = BTreeMap::new();
        for n in 0..2000 {
            let document = serde_json::json!({ "n": n, "pad": "x".repeat(1000) });
            let mut group = quiet.begun(n, n);
            group.alert = firsts.put(document.as_object().unwrap()).unwrap();
            groups.insert(n.to_string(), group);
        }
        groups.retain(|key, _| key.starts_with("17"));
        let mut groups = BTreeMap::from([("rule".to_owned(), groups)]);
        firsts.let_go(&store, &mut groups).unwrap();
        assert_eq!(firsts.sync().unwrap().number, 1);
        let mut group = groups["rule"]["1755"].clone();
        group.add(3);
        let line: Value = serde_json::from_str(&firsts.update(&group).unwrap()).unwrap();
        assert_eq!((&line["n"], &line["kibana.alert.suppression.docs_count"]), (&1755.into(), &1.into()));
        assert_eq!(line["kibana.alert.suppression.start"], "1970-01-01T00:00:00.003Z");
    }
}
