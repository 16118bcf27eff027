//! Alerts as input: the index that rules over alerts read.

use std::io::{self, BufWriter, Write};

use quarry::{Engine, EngineError, EngineOptions, Input, Mapping};
use serde_json::{Map, Value, json};

use crate::alert::ALERT_INDEX;
use crate::sources::reads_alerts;
use crate::{Alert, Rule};

/// The alerts of some rules, in a file that goes with the value.
#[derive(Debug)]
pub struct AlertIndex {
    file: BufWriter<tempfile::NamedTempFile>,
    alerts: usize,
}

/// Types of the fields that an alert has beside those of its event.
const TYPES: [(&str, &str); 27] = [
    ("uuid", "keyword"),
    ("status", "keyword"),
    ("workflow_status", "keyword"),
    ("workflow_tags", "keyword"),
    ("workflow_assignee_ids", "keyword"),
    ("original_time", "date"),
    ("intended_timestamp", "date"),
    ("last_detected", "date"),
    ("depth", "long"),
    ("reason", "keyword"),
    ("severity", "keyword"),
    ("risk_score", "double"),
    ("building_block_type", "keyword"),
    ("instance.id", "keyword"),
    ("suppression.start", "date"),
    ("suppression.end", "date"),
    ("suppression.docs_count", "long"),
    ("rule.uuid", "keyword"),
    ("rule.rule_id", "keyword"),
    ("rule.name", "keyword"),
    ("rule.type", "keyword"),
    ("rule.tags", "keyword"),
    ("rule.risk_score", "double"),
    ("rule.severity", "keyword"),
    ("rule.parameters", "flattened"),
    ("rule.threat.tactic.name", "keyword"),
    ("rule.threat.technique.id", "keyword"),
];

impl AlertIndex {
    /// An index without alerts.
    ///
    /// # Errors
    /// The file can't be made.
    pub fn new() -> io::Result<Self> {
        let file = tempfile::Builder::new().prefix("alerts").suffix(".ndjson").tempfile()?;
        Ok(Self { file: BufWriter::new(file), alerts: 0 })
    }

    /// Whether the rule reads alerts.
    #[must_use]
    pub fn is_read_by(rule: &Rule) -> bool {
        reads_alerts(&rule.query)
    }

    /// Adds an alert.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn add(&mut self, alert: &Alert) -> io::Result<()> {
        self.alerts += 1;
        let hit = json!({ "_index": ALERT_INDEX, "_id": alert.uuid, "_source": alert.document });
        serde_json::to_writer(&mut self.file, &hit)?;
        self.file.write_all(b"\n")
    }

    /// How many alerts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.alerts
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.alerts == 0
    }

    /// An engine that has the alerts of all `indices` beside `inputs`. Standard input can't be read a second time and is
    /// left out.
    ///
    /// # Errors
    /// A file can't be written, or no input can be used.
    pub fn engine(
        indices: &mut [Self],
        inputs: &[Input],
        mut options: EngineOptions,
    ) -> Result<Engine, AlertIndexError> {
        let mut inputs: Vec<Input> = inputs.iter().filter(|input| input.path != "-").cloned().collect();
        for index in indices {
            index.file.flush()?;
            inputs.push(Input::named(ALERT_INDEX, index.file.get_ref().path().to_string_lossy()));
        }
        if let Ok(mapping) = Mapping::parse(&mapping().to_string()) {
            options.mappings.push((Some(ALERT_INDEX.to_owned()), mapping));
        }
        Ok(Engine::open(&inputs, options)?)
    }
}

/// Why alerts can't be input.
#[derive(Debug, thiserror::Error)]
pub enum AlertIndexError {
    /// The file can't be written.
    #[error("the alerts can't be kept for the rules that read them: {0}")]
    Write(#[from] io::Error),
    /// The inputs can't be used.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The mapping as the get-mapping API gives it.
fn mapping() -> Value {
    let mut alert = Map::new();
    for (name, kind) in TYPES {
        let mut at = &mut alert;
        let mut parts = name.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                at.insert(part.to_owned(), json!({ "type": kind }));
                break;
            }
            let inner = at.entry(part).or_insert_with(|| json!({ "properties": {} }));
            match inner.get_mut("properties").and_then(Value::as_object_mut) {
                Some(properties) => at = properties,
                None => break,
            }
        }
    }
    json!({ "mappings": { "properties": {
        "@timestamp": { "type": "date" },
        "kibana": { "properties": { "alert": { "properties": alert } } },
    } } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_type() {
        let mapping = mapping();
        for (name, kind) in TYPES {
            let path = format!("kibana.alert.{name}").replace('.', "/properties/");
            let found = mapping.pointer(&format!("/mappings/properties/{path}/type"));
            assert_eq!(found, Some(&Value::from(kind)), "{name}");
        }
        assert!(Mapping::parse(&mapping.to_string()).is_ok());
    }
}
