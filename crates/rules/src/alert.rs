//! Alerts as documents of the reference's alert index.

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use crate::Rule;
use crate::overrides::{effective, elements};
use crate::reason::reason;

/// The index that alerts belong to.
pub const ALERT_INDEX: &str = ".alerts-security.alerts-default";

/// An alert: one row of a rule, as a document in the field names of the reference's alert index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alert {
    /// `kibana.alert.uuid`: stable for the same event and rule.
    pub uuid: String,
    /// What makes it the same alert when the rule has changed: its event, or its group and window.
    pub key: String,
    /// The row's columns that aren't null.
    pub row: Map<String, Value>,
    /// The fields of the event, where the alert stands for one that was asked for, with the row's columns over them.
    pub source: Map<String, Value>,
    /// The document: the source, and what is said of the alert and its rule. Its keys are full dotted names.
    pub document: Map<String, Value>,
    /// `kibana.alert.severity`
    pub severity: String,
    /// The time of the event, or of the run where there is none; in milliseconds since the epoch.
    pub time: i64,
    /// Whether the time is the event's.
    pub has_event_time: bool,
    /// The keys of the group of events that it stands for.
    pub group: Option<String>,
    /// What is known of the document that it stands for.
    pub carried: Carried,
}

/// What is known of the document that a row stands for; nothing where rows were aggregated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Carried {
    /// `_id`
    pub id: Option<String>,
    /// `_index`
    pub index: Option<String>,
    /// `_version`
    pub version: Option<i64>,
    /// `@timestamp`
    pub timestamp: Option<String>,
    /// `@timestamp` in milliseconds since the epoch.
    pub millis: Option<i64>,
}

/// The run that makes alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// When it is made, in milliseconds since the epoch.
    pub(crate) now: i64,
    /// The bounds of its window, of a scheduled run.
    pub(crate) window: Option<(i64, i64)>,
}

/// What a row's alert is made of.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) uuid: String,
    pub(crate) key: String,
    pub(crate) group: Option<String>,
    pub(crate) row: Map<String, Value>,
    pub(crate) carried: Carried,
    /// The event's document, where it was asked for.
    pub(crate) event: Option<Map<String, Value>>,
}

/// A row that may become an alert.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) found: Found,
    /// The fields of its event, where there is one, with the row's columns over them.
    pub(crate) source: Map<String, Value>,
    /// The time of the event as its document says it, and in milliseconds.
    original_time: Option<String>,
    pub(crate) event_time: Option<i64>,
}

impl Candidate {
    /// The time of the event by the first of the fields `times` that it has, else by its document.
    pub(crate) fn time(&self, times: &[String]) -> Option<i64> {
        let of = |field: &String| quarry::parse_time(elements(self.source.get(field)?).first()?.as_str()?);
        times.iter().find_map(of).or(self.event_time)
    }
}

/// What all alerts of a rule say.
#[derive(Debug)]
pub(crate) struct Maker<'r> {
    rule: &'r Rule,
    fixed: Map<String, Value>,
}

/// Fields of the rule that alerts carry as they are in its file.
const COPIED: [&str; 15] = [
    "from",
    "to",
    "interval",
    "max_signals",
    "note",
    "timeline_id",
    "timeline_title",
    "timestamp_override",
    "rule_name_override",
    "license",
    "meta",
    "investigation_fields",
    "building_block_type",
    "namespace",
    "setup",
];

/// Lists of the rule that alerts carry, empty ones too.
const LISTS: [&str; 8] = [
    "author",
    "tags",
    "references",
    "false_positives",
    "threat",
    "exceptions_list",
    "severity_mapping",
    "risk_score_mapping",
];

impl<'r> Maker<'r> {
    pub(crate) fn new(rule: &'r Rule) -> Self {
        let metadata = &rule.metadata;
        let mut fixed = Map::new();
        let mut put = |name: &str, value: Value| {
            fixed.insert(format!("kibana.alert.rule.{name}"), value);
        };
        put("uuid", rule_uuid(rule).into());
        put("rule_id", metadata.rule_id.clone().into());
        put("name", metadata.name.clone().into());
        put("description", metadata.description.clone().into());
        put("type", "esql".into());
        put("category", "ES|QL Rule".into());
        put("consumer", "siem".into());
        put("producer", "siem".into());
        put("rule_type_id", "siem.esqlRule".into());
        put("version", metadata.fields.get("version").cloned().unwrap_or_else(|| 1.into()));
        put("revision", 0.into());
        put("enabled", true.into());
        put("immutable", false.into());
        put("actions", Value::Array(Vec::new()));
        put("throttle", Value::Null);
        for (name, default) in [("from", "now-6m"), ("to", "now"), ("interval", "5m")] {
            put(name, default.into());
        }
        put("max_signals", 100.into());
        put("severity", metadata.severity.clone().into());
        put("risk_score", metadata.risk_score.into());
        put("indices", crate::sources::indices(&rule.query).into());
        for name in LISTS {
            let value = metadata.fields.get(name).filter(|value| value.is_array()).cloned();
            put(name, value.unwrap_or_else(|| Value::Array(Vec::new())));
        }
        for name in COPIED {
            if let Some(value) = metadata.fields.get(name) {
                put(name, value.clone());
            }
        }
        put("parameters", parameters(rule));
        Self { rule, fixed }
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

/// The whole rule.
fn parameters(rule: &Rule) -> Value {
    let mut fields = rule.metadata.fields.clone();
    fields.remove("tests");
    fields.insert("query".into(), rule.query.clone().into());
    fields.insert("language".into(), "esql".into());
    fields.insert("severity".into(), rule.metadata.severity.clone().into());
    fields.insert("risk_score".into(), rule.metadata.risk_score.into());
    fields.into()
}

/// The rule's own id where it is a UUID, else one made of it.
fn rule_uuid(rule: &Rule) -> String {
    let id = &rule.metadata.rule_id;
    let is_uuid = id.len() == 36
        && id.char_indices().all(|(i, c)| match i {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    if is_uuid { id.to_ascii_lowercase() } else { as_uuid(&digest(&Value::from(id.as_str()))) }
}

/// The beginning of a hash in the form of a UUID.
fn as_uuid(hash: &str) -> String {
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or("0");
    format!("{}-{}-5{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// A whole number without a fraction.
fn number(score: f64) -> Value {
    if score.fract() == 0.0 { (score as i64).into() } else { score.into() }
}

/// A hash of a JSON value.
pub(crate) fn digest(value: &Value) -> String {
    Sha1::digest(value.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
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
