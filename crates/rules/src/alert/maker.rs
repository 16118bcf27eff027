//! Rows become alerts.

use serde_json::{Map, Value};

use super::about::{as_uuid, fixed, rule_uuid};
use super::{Alert, Candidate, Carried, Found, Run, digest};
use crate::Rule;
use crate::overrides::{effective, elements};
use crate::reason::reason;

/// What all alerts of a rule say.
#[derive(Debug)]
pub(crate) struct Maker<'r> {
    rule: &'r Rule,
    fixed: Map<String, Value>,
}

impl<'r> Maker<'r> {
    pub(crate) fn new(rule: &'r Rule) -> Self {
        Self { rule, fixed: fixed(rule) }
    }

    /// The fields of a row and of its event as one.
    pub(crate) fn candidate(mut found: Found) -> Candidate {
        let mut source = found.event.take().unwrap_or_default();
        for (name, value) in &found.row {
            if value.is_object() {
                // What a column says of an object is said of all of it.
                let inside = format!("{name}.");
                source.retain(|other, _| !other.starts_with(&inside));
            }
            source.insert(name.clone(), value.clone());
        }
        let original_time = source
            .get("@timestamp")
            .and_then(|value| elements(value).first()?.as_str().map(str::to_owned))
            .or_else(|| found.carried.timestamp.clone());
        let event_time = original_time.as_deref().and_then(quarry::parse_time).or(found.carried.millis);
        Candidate { found, source, original_time, event_time }
    }

    /// The alert for a row that `run` found.
    pub(crate) fn alert(&self, candidate: Candidate, run: Run) -> Alert {
        let Candidate { found, source, original_time, event_time } = candidate;
        let effective = effective(self.rule, &source);
        let now = quarry::format_time(run.now);
        let mut document: Map<String, Value> = source
            .iter()
            .filter(|(name, _)| is_copied(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        // The source's own event fields are kept apart, since an alert is an event itself.
        let original: Vec<(String, Value)> = document
            .iter()
            .filter(|(name, _)| name.starts_with("event."))
            .map(|(name, value)| (format!("kibana.alert.original_{name}"), value.clone()))
            .collect();
        document.extend(original);
        document.insert("@timestamp".into(), now.clone().into());
        document.insert("event.kind".into(), "signal".into());
        let mut put = |name: &str, value: Value| {
            document.insert(format!("kibana.alert.{name}"), value);
        };
        put("uuid", found.uuid.clone().into());
        put("status", "active".into());
        put("workflow_status", "open".into());
        put("workflow_tags", Value::Array(Vec::new()));
        put("workflow_assignee_ids", Value::Array(Vec::new()));
        if let Some(time) = &original_time {
            put("original_time", time.clone().into());
        }
        put("intended_timestamp", now.clone().into());
        put("last_detected", now.into());
        let (ancestors, depth) = ancestors(&found.carried, &source);
        put("ancestors", ancestors.into());
        put("depth", depth.into());
        put("reason", reason(&source, &effective.severity, &effective.name).into());
        put("severity", effective.severity.clone().into());
        put("risk_score", number(effective.risk_score));
        if let Some(kind) = self.rule.metadata.fields.get("building_block_type") {
            put("building_block_type", kind.clone());
        }
        document.extend(self.fixed.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut put = |name: &str, value: Value| {
            document.insert(format!("kibana.alert.rule.{name}"), value);
        };
        put("name", effective.name.into());
        let execution = serde_json::json!([rule_uuid(self.rule), run.now, run.window]);
        put("execution.uuid", as_uuid(&digest(&execution)).into());
        put("execution.type", if run.window.is_some() { "scheduled" } else { "manual" }.into());
        document.insert("kibana.space_ids".into(), serde_json::json!(["default"]));
        Alert {
            uuid: found.uuid,
            key: found.key,
            row: found.row,
            source,
            document,
            severity: effective.severity,
            time: event_time.unwrap_or(run.now),
            has_event_time: event_time.is_some(),
            group: found.group,
            carried: found.carried,
        }
    }
}

/// Whether a field of the source becomes one of the alert: metadata and what other alerts say of themselves do not.
fn is_copied(name: &str) -> bool {
    !name.starts_with('_') && !name.starts_with("kibana.") && name != "signal" && !name.starts_with("signal.")
}

/// What the alert comes from, and how many alerts deep.
fn ancestors(carried: &Carried, source: &Map<String, Value>) -> (Vec<Value>, u64) {
    let Some(id) = &carried.id else { return (Vec::new(), 1) };
    let parent_depth = source.get("kibana.alert.depth").and_then(Value::as_u64).unwrap_or(0);
    let mut ancestor = serde_json::json!({
        "id": id,
        "type": if parent_depth > 0 { "signal" } else { "event" },
        "index": carried.index,
        "depth": parent_depth,
    });
    if let (Some(rule), Value::Object(fields)) = (source.get("kibana.alert.rule.uuid"), &mut ancestor) {
        fields.insert("rule".into(), rule.clone());
    }
    let before = source.get("kibana.alert.ancestors").map(elements).unwrap_or_default();
    (before.iter().cloned().chain([ancestor]).collect(), parent_depth + 1)
}

/// A whole number without a fraction.
fn number(score: f64) -> Value {
    if score.fract() == 0.0 { (score as i64).into() } else { score.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rule;

    fn found(row: Value, event: Value) -> Found {
        Found {
            uuid: "u".into(),
            key: "k".into(),
            group: None,
            row: row.as_object().cloned().unwrap_or_default(),
            carried: Carried { id: Some("e1".into()), index: Some("app".into()), ..Carried::default() },
            event: event.as_object().cloned(),
        }
    }

    #[test]
    fn the_row_stands_over_the_event() {
        let rule = rule("name = \"r\"\nseverity = \"high\"\nrule_id = \"x\"");
        let event = serde_json::json!({
            "@timestamp": "2026-01-15T09:00:00.000Z", "event.kind": "event", "event.action": "a", "o.x": 1, "o.y": 2,
            "kibana.version": "1", "user.name": "eve"});
        let row = serde_json::json!({"_id": "e1", "o": {"x": 3}, "user.name": "mallory"});
        let alert = Maker::new(&rule).alert(Maker::candidate(found(row, event)), Run { now: 0, window: None });
        let document = &alert.document;
        assert_eq!(document["user.name"], "mallory");
        assert_eq!(document["o"], serde_json::json!({"x": 3}));
        assert_eq!(document.get("o.y"), None);
        assert_eq!(document["event.kind"], "signal");
        assert_eq!(document["kibana.alert.original_event.kind"], "event");
        assert_eq!(document["kibana.alert.original_event.action"], "a");
        assert_eq!(document["kibana.alert.original_time"], "2026-01-15T09:00:00.000Z");
        assert_eq!(document["@timestamp"], "1970-01-01T00:00:00.000Z");
        assert_eq!(document["kibana.alert.depth"], 1);
        assert_eq!(document["kibana.alert.ancestors"][0]["type"], "event");
        assert_eq!((document.get("_id"), document.get("kibana.version")), (None, None));
    }

    #[test]
    fn an_alert_on_an_alert_is_deeper() {
        let rule = rule("name = \"r\"");
        let event = serde_json::json!({
            "kibana.alert.depth": 1, "kibana.alert.rule.uuid": "p",
            "kibana.alert.ancestors": [{"id": "e0", "type": "event", "index": "app", "depth": 0}]});
        let alert = Maker::new(&rule)
            .alert(Maker::candidate(found(serde_json::json!({}), event)), Run { now: 0, window: None });
        assert_eq!(alert.document["kibana.alert.depth"], 2);
        let ancestors = alert.document["kibana.alert.ancestors"].as_array().cloned().unwrap_or_default();
        assert_eq!(ancestors.len(), 2);
        assert_eq!(ancestors[1], serde_json::json!({"id":"e1","type":"signal","index":"app","depth":1,"rule":"p"}));
    }
}
