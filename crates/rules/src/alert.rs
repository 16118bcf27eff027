use quarry::{ColumnInfo, Value};
use serde_json::Map;
use sha1::{Digest, Sha1};

use crate::Rule;

/// An alert: one row of a rule, as a document in the field names of the reference's alert index.
#[derive(Clone, Debug)]
pub struct Alert {
    /// `kibana.alert.uuid`: stable for the same event and rule.
    pub uuid: String,
    /// The row's columns that aren't null.
    pub row: Map<String, serde_json::Value>,
    /// The document: the row, and what is said of the rule.
    pub document: Map<String, serde_json::Value>,
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
}

impl Alert {
    /// The alert for a row. `repeat` numbers rows that would otherwise have the same identity.
    #[must_use]
    pub fn new(rule: &Rule, columns: &[ColumnInfo], values: &[Value], carried: &Carried, repeat: usize) -> Self {
        let row = quarry::format::row_object(columns, values);
        let uuid = identity(rule, &row, carried, repeat);
        let mut document = row.clone();
        // The source's own event fields are kept apart, since an alert is an event itself.
        let original: Vec<(String, serde_json::Value)> = document
            .iter()
            .filter(|(name, _)| name.starts_with("event."))
            .map(|(name, value)| (format!("kibana.alert.original_{name}"), value.clone()))
            .collect();
        document.extend(original);
        document.insert("event.kind".into(), "signal".into());
        let timestamp = document.get("@timestamp").and_then(|t| t.as_str()).map(str::to_owned);
        let mut put = |name: &str, value: serde_json::Value| {
            document.insert(format!("kibana.alert.{name}"), value);
        };
        put("uuid", uuid.clone().into());
        put("status", "active".into());
        put("workflow_status", "open".into());
        if let Some(time) = timestamp.or_else(|| carried.timestamp.clone()) {
            put("original_time", time.into());
        }
        put("severity", rule.metadata.severity.clone().into());
        put("risk_score", rule.metadata.risk_score.into());
        put("depth", 1.into());
        put("reason", format!("event created {} alert {}.", rule.metadata.severity, rule.metadata.name).into());
        if let (Some(id), Some(index)) = (&carried.id, &carried.index) {
            put("ancestors", serde_json::json!([{ "id": id, "type": "event", "index": index, "depth": 0 }]));
        }
        if let Some(kind) = rule.metadata.fields.get("building_block_type") {
            put("building_block_type", kind.clone());
        }
        put("rule.rule_id", rule.metadata.rule_id.clone().into());
        put("rule.name", rule.metadata.name.clone().into());
        put("rule.description", rule.metadata.description.clone().into());
        put("rule.category", "ES|QL Rule".into());
        put("rule.consumer", "siem".into());
        put("rule.producer", "siem".into());
        put("rule.rule_type_id", "siem.esqlRule".into());
        for name in [
            "type",
            "version",
            "from",
            "interval",
            "max_signals",
            "author",
            "license",
            "tags",
            "references",
            "false_positives",
            "threat",
            "timestamp_override",
            "rule_name_override",
        ] {
            if let Some(value) = rule.metadata.fields.get(name) {
                put(&format!("rule.{name}"), value.clone());
            }
        }
        Self { uuid, row, document }
    }
}

/// A hash of what makes the alert the same alert when the rule runs again: the document's id, version and index, or
/// where there is none the row itself.
fn identity(rule: &Rule, row: &Map<String, serde_json::Value>, carried: &Carried, repeat: usize) -> String {
    let tuple = match &carried.id {
        Some(id) => serde_json::json!([id, carried.version, carried.index, rule.metadata.rule_id, repeat]),
        None => serde_json::json!([row, rule.metadata.rule_id, repeat]),
    };
    Sha1::digest(tuple.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
