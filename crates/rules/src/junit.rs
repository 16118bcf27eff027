//! Test outcomes in JUnit's form, as build servers read them.

use std::fmt::Write;

use serde_json::Value;

use crate::xml::{attribute, text};
use crate::{Rule, TestOutcome};

/// The outcomes of each rule's tests as one document.
#[must_use]
pub fn junit(rules: &[(&Rule, Vec<TestOutcome>)]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let count = |failed: bool| {
        let all = rules.iter().flat_map(|(_, outcomes)| outcomes);
        all.filter(|outcome| !failed || !outcome.passed()).count()
    };
    let _ = writeln!(out, "<testsuites name=\"quarry test\" tests=\"{}\" failures=\"{}\">", count(false), count(true));
    for (rule, outcomes) in rules.iter().filter(|(_, outcomes)| !outcomes.is_empty()) {
        let failures = outcomes.iter().filter(|outcome| !outcome.passed()).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">",
            attribute(&rule.metadata.name),
            outcomes.len()
        );
        for outcome in outcomes {
            case(&mut out, rule, outcome);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, rule: &Rule, outcome: &TestOutcome) {
    let file = attribute(&rule.path.display().to_string());
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{file}\"",
        attribute(&rule.metadata.rule_id),
        attribute(&outcome.name)
    );
    if outcome.passed() {
        let _ = writeln!(out, "{head}/>");
        return;
    }
    let lines = failures(outcome);
    let first = lines.first().map(String::as_str).unwrap_or_default();
    let _ =
        writeln!(out, "{head}>\n      <failure message=\"{}\">{}</failure>", attribute(first), text(&lines.join("\n")));
    out.push_str("    </testcase>\n");
}

/// What isn't as expected, a line each.
#[must_use]
pub fn failures(outcome: &TestOutcome) -> Vec<String> {
    let mut lines = outcome.problems.clone();
    if outcome.ran() && outcome.alerts.len() != outcome.expected {
        lines.push(format!("expected {} alerts, got {}", outcome.expected, outcome.alerts.len()));
        lines.extend(outcome.notes.iter().cloned());
    }
    lines.extend(outcome.differences.iter().map(|difference| {
        let actual = match &difference.actual {
            Value::Null => "nothing".to_owned(),
            value => value.to_string(),
        };
        format!("alert {}: {}: expected {}, got {actual}", difference.alert, difference.field, difference.expected)
    }));
    lines
}
