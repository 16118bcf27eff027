//! What every alert of a rule says of the rule.

use serde_json::{Map, Value};

use super::digest;
use crate::Rule;

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

/// The fields `kibana.alert.rule.*` that are the same for all alerts.
pub(super) fn fixed(rule: &Rule) -> Map<String, Value> {
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
    fixed
}

/// The whole rule.
fn parameters(rule: &Rule) -> Value {
    let mut fields = rule.metadata.fields.clone();
    fields.remove("tests");
    // Where the reference keeps what tools say of a rule.
    if let Some(metadata) = rule.metadata.beside.get("metadata") {
        fields.entry("meta").or_insert_with(|| metadata.clone());
    }
    fields.insert("query".into(), rule.query.clone().into());
    fields.insert("language".into(), "esql".into());
    fields.insert("severity".into(), rule.metadata.severity.clone().into());
    fields.insert("risk_score".into(), rule.metadata.risk_score.into());
    fields.into()
}

/// The rule's own id where it is a UUID, else one made of it.
pub(super) fn rule_uuid(rule: &Rule) -> String {
    let id = &rule.metadata.rule_id;
    let is_uuid = id.len() == 36
        && id.char_indices().all(|(i, c)| match i {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    if is_uuid { id.to_ascii_lowercase() } else { as_uuid(&digest(&Value::from(id.as_str()))) }
}

/// The beginning of a hash in the form of a UUID.
pub(super) fn as_uuid(hash: &str) -> String {
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or("0");
    format!("{}-{}-5{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
