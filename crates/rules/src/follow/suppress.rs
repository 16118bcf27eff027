//! Suppression of alerts that are given one by one: the first of a group goes out at once, so those after it can only be
//! counted.

use std::collections::BTreeMap;

use super::schedule::Windows;
use crate::alert::time_in;
use crate::prepare::times;
use crate::suppress::{group_id, write};
use crate::{Alert, Rule, Suppression};

/// How a rule's alerts are suppressed.
pub(super) struct Quiet {
    suppression: Suppression,
    rule_id: String,
    times: Vec<String>,
    windows: Windows,
}

impl Quiet {
    /// What the rule's file states, if it does.
    pub(super) fn of(rule: &Rule) -> Result<Option<Self>, String> {
        let Some(suppression) = Suppression::of(rule)? else { return Ok(None) };
        let windows = Windows::of(rule)?;
        Ok(Some(Self { suppression, rule_id: rule.metadata.rule_id.clone(), times: times(rule), windows }))
    }

    /// Whether `alert` is the first of its group, which it then says. `groups` are the rule's groups, by the times of
    /// their first events. Where the rule names no duration, a group lasts for one run of its schedule: the one that
    /// ends at `run`, else the first that the event is in. Groups that no event within `lateness` can join are
    /// forgotten.
    pub(super) fn is_first(
        &self,
        alert: &mut Alert,
        run: Option<i64>,
        lateness: i64,
        groups: &mut BTreeMap<String, i64>,
    ) -> bool {
        let Some(terms) = self.suppression.terms(&alert.source) else { return true };
        let time = time_in(&alert.source, &self.times).unwrap_or(alert.time);
        let id = group_id(&terms, &self.rule_id);
        let (key, lasts) = match self.suppression.duration {
            Some(duration) => (id.clone(), duration),
            None => (format!("{id} {}", run.unwrap_or_else(|| self.windows.end_at(time))), i64::MAX),
        };
        if groups.get(&key).is_some_and(|first| time.saturating_sub(lasts) <= *first) {
            return false;
        }
        let longest = self.suppression.duration.unwrap_or(self.windows.interval + self.windows.look_back);
        groups.retain(|_, first| time.saturating_sub(*first) <= longest.saturating_add(lateness));
        groups.insert(key, time);
        write(alert, &id, &terms, (time, time), 0);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{candidate, made, rule};

    const MINUTE: i64 = 60_000;

    fn firsts(table: &str, events: &[(&str, i64)]) -> Vec<bool> {
        let quiet = Quiet::of(&rule(table)).unwrap().unwrap();
        let mut groups = BTreeMap::new();
        let mut first = |(user, minute): &(&str, i64)| {
            let mut alert = made(candidate(serde_json::json!({ "user": user })));
            alert.time = minute * MINUTE;
            quiet.is_first(&mut alert, None, MINUTE, &mut groups)
        };
        events.iter().map(&mut first).collect()
    }

    #[test]
    fn a_group_lasts_for_its_duration_whatever_comes_between() {
        let table = "[alert_suppression]\ngroup_by = [\"user\"]\nduration = { value = 10, unit = \"m\" }";
        let events = [("a", 1), ("b", 2), ("a", 0), ("a", 11), ("a", 12), ("b", 12), ("b", 13)];
        assert_eq!(firsts(table, &events), [true, true, false, false, true, false, true]);
    }

    #[test]
    fn without_a_duration_a_group_lasts_for_a_run() {
        let table = "interval = \"5m\"\n[alert_suppression]\ngroup_by = [\"user\"]";
        assert_eq!(firsts(table, &[("a", 1), ("a", 5), ("a", 6), ("a", 2)]), [true, false, true, false]);
    }
}
