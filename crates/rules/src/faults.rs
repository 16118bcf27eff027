//! What is wrong with what a rule's file says beside the query.

use std::collections::HashMap;
use std::path::PathBuf;

use quarry::diagnostics::{Code, Diagnostic, Severity, Span};
use serde_json::Value;

use crate::overrides::SEVERITIES;
use crate::{Rule, Schedule, Suppression};

/// Fields whose values the detection engine would refuse, and schedules that leave events out. Fields that aren't there
/// have defaults.
#[must_use]
pub fn faults(rule: &Rule) -> Vec<Diagnostic> {
    let field = |name: &str| rule.metadata.fields.get(name);
    let mut errors = Vec::new();
    if let Some(severity) = field("severity")
        && !severity.as_str().is_some_and(|severity| SEVERITIES.contains(&severity))
    {
        errors.push(format!("severity = {severity} is none of {}", SEVERITIES.join(", ")));
    }
    let mut number = |name: &str, least: u64, most: u64| {
        let Some(value) = field(name) else { return };
        if !value.as_u64().is_some_and(|number| number >= least && number <= most) {
            errors.push(format!("{name} = {value} is no whole number from {least} to {most}"));
        }
    };
    number("risk_score", 0, 100);
    number("max_signals", 1, u64::from(u32::MAX));
    number("version", 1, u64::from(u32::MAX));
    for name in ["type", "language"] {
        if let Some(value) = field(name).filter(|value| value.as_str() != Some("esql")) {
            errors.push(format!("{name} = {value} has to be \"esql\""));
        }
    }
    let schedule = Schedule::of(rule);
    errors.extend(schedule.as_ref().err().cloned());
    errors.extend(Suppression::of(rule).err());
    let mut found: Vec<Diagnostic> = errors.into_iter().map(|message| fault(Severity::Error, message)).collect();
    if let Some(gap) = schedule.ok().map(|schedule| schedule.gap()).filter(|gap| *gap > 0) {
        let message = format!("from reaches less far back than interval: {} s of events are in no run", gap / 1000);
        found.push(fault(Severity::Warning, message));
    }
    found
}

fn fault(severity: Severity, message: String) -> Diagnostic {
    Diagnostic { span: None, severity, ..Diagnostic::error(Code::BAD_RULE, Span::default(), message) }
}

/// The ids that several rules state, with the rules' files. Alerts, states and comparisons know rules by their ids.
#[must_use]
pub fn repeated_ids(rules: &[Rule]) -> Vec<(String, Vec<PathBuf>)> {
    let mut paths: HashMap<&str, Vec<PathBuf>> = HashMap::new();
    let states_id = |rule: &&Rule| rule.metadata.fields.get("rule_id").is_some_and(Value::is_string);
    for rule in rules.iter().filter(states_id) {
        paths.entry(&rule.metadata.rule_id).or_default().push(rule.path.clone());
    }
    let mut repeated: Vec<(String, Vec<PathBuf>)> =
        paths.into_iter().filter(|(_, paths)| paths.len() > 1).map(|(id, paths)| (id.to_owned(), paths)).collect();
    repeated.sort();
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rule;

    #[test]
    fn what_the_detection_engine_would_refuse_is_told() {
        for (table, told) in [
            ("severity = \"huge\"", "severity = \"huge\" is none of"),
            ("risk_score = 470", "risk_score = 470 is no whole number from 0 to 100"),
            ("max_signals = 0", "max_signals = 0"),
            ("type = \"eql\"", "type = \"eql\" has to be"),
            ("interval = \"5x\"", "interval = \"5x\" is no span of time"),
            ("[alert_suppression]\ngroup_by = []", "alert_suppression has to name its fields"),
            ("from = \"now-5m\"\ninterval = \"10m\"", "300 s of events are in no run"),
        ] {
            let found = faults(&rule(table));
            assert_eq!(found.len(), 1, "{table}: {found:?}");
            assert!(found[0].message.contains(told), "{table}: {}", found[0].message);
        }
        let right = "severity = \"low\"\nrisk_score = 100\nfrom = \"now-9m\"\ninterval = \"5m\"\ntype = \"esql\"";
        assert_eq!(faults(&rule(right)), []);
    }

    #[test]
    fn an_id_that_two_rules_state_is_told() {
        let rules = [rule("rule_id = \"a\""), rule("rule_id = \"b\""), rule("rule_id = \"a\""), rule(""), rule("")];
        let repeated = repeated_ids(&rules);
        assert_eq!(repeated.len(), 1);
        assert_eq!((repeated[0].0.as_str(), repeated[0].1.len()), ("a", 2));
    }
}
