//! What an alert's own fields say of its severity, risk score and name.

use serde_json::{Map, Value};

use crate::Rule;

/// The severities, the lowest first.
pub const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// A severity's place among [`SEVERITIES`]; an unknown one is the lowest.
#[must_use]
pub fn severity_rank(severity: &str) -> usize {
    SEVERITIES.iter().position(|known| known.eq_ignore_ascii_case(severity)).unwrap_or(0)
}

/// What holds for one alert.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Effective {
    pub(crate) severity: String,
    pub(crate) risk_score: f64,
    pub(crate) name: String,
}

/// What holds for an alert of `rule` with the fields `source`.
pub(crate) fn effective(rule: &Rule, source: &Map<String, Value>) -> Effective {
    let metadata = &rule.metadata;
    let own = Effective {
        severity: metadata.severity.clone(),
        risk_score: metadata.risk_score as f64,
        name: metadata.name.clone(),
    };
    Effective {
        severity: severity(rule, source).unwrap_or(own.severity),
        risk_score: risk_score(rule, source).unwrap_or(own.risk_score),
        name: name(rule, source).unwrap_or(own.name),
    }
}

/// The highest severity of the mappings whose value the field has.
fn severity(rule: &Rule, source: &Map<String, Value>) -> Option<String> {
    let mappings = rule.metadata.fields.get("severity_mapping")?.as_array()?;
    let matching = mappings.iter().filter_map(|mapping| {
        let field = mapping.get("field")?.as_str()?;
        let value = text(mapping.get("value")?);
        let severity = mapping.get("severity")?.as_str()?;
        elements(source.get(field)?).iter().any(|element| text(element) == value).then_some(severity)
    });
    matching.max_by_key(|severity| severity_rank(severity)).map(str::to_owned)
}

/// The first number from 0 to 100 among the fields that are mapped.
fn risk_score(rule: &Rule, source: &Map<String, Value>) -> Option<f64> {
    let mappings = rule.metadata.fields.get("risk_score_mapping")?.as_array()?;
    mappings.iter().find_map(|mapping| {
        let value = elements(source.get(mapping.get("field")?.as_str()?)?).first()?;
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
        (0.0..=100.0).contains(&number).then_some(number)
    })
}

fn name(rule: &Rule, source: &Map<String, Value>) -> Option<String> {
    let field = rule.metadata.fields.get("rule_name_override")?.as_str()?;
    let name = elements(source.get(field)?).first()?.as_str()?;
    (!name.trim().is_empty()).then(|| name.to_owned())
}

/// The values of a field.
pub(crate) fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}

/// A value as text, as it would be typed into a rule.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rule;

    fn source(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_highest_severity_that_matches_wins() {
        let rule = rule(
            r#"severity = "low"
            severity_mapping = [
                { field = "verdict", operator = "equals", value = "bad", severity = "critical" },
                { field = "n", operator = "equals", value = "3", severity = "medium" },
            ]"#,
        );
        let severity = |value| effective(&rule, &source(value)).severity;
        assert_eq!(severity(serde_json::json!({"verdict": ["good", "bad"], "n": 3})), "critical");
        assert_eq!(severity(serde_json::json!({"n": 3})), "medium");
        assert_eq!(severity(serde_json::json!({"n": 4})), "low");
    }

    #[test]
    fn a_score_has_to_be_one() {
        let rule =
            rule("risk_score = 21\nrisk_score_mapping = [{ field = \"s\", operator = \"equals\", value = \"\" }]");
        let score = |value| effective(&rule, &source(value)).risk_score;
        assert_eq!(score(serde_json::json!({"s": 73})), 73.0);
        assert_eq!(score(serde_json::json!({"s": "5.5"})), 5.5);
        assert_eq!(score(serde_json::json!({"s": 101})), 21.0);
        assert_eq!(score(serde_json::json!({})), 21.0);
    }

    #[test]
    fn a_field_may_name_the_alert() {
        let rule = rule("name = \"own\"\nrule_name_override = \"message\"");
        let name = |value| effective(&rule, &source(value)).name;
        assert_eq!(name(serde_json::json!({"message": ["first", "second"]})), "first");
        assert_eq!(name(serde_json::json!({"message": ""})), "own");
    }
}
