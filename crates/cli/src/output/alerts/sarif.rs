use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use quarry::{Engine, RecordPlace};
use quarry_rules::{Alert, Rule};
use serde_json::{Map, Value, json};

use super::mitre::mappings;
use super::{AlertWriter, Done, Ending, text};

/// SARIF 2.1.0: rules as descriptors, alerts as results, at the place of their event where that is known.
pub(crate) struct Sarif {
    engine: Engine,
    rules: Vec<Value>,
    indices: HashMap<String, usize>,
    results: Vec<Value>,
    notifications: Vec<Value>,
    lines: Lines,
}

impl Sarif {
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            rules: Vec::new(),
            indices: HashMap::new(),
            results: Vec::new(),
            notifications: Vec::new(),
            lines: Lines::default(),
        }
    }

    fn location(&mut self, alert: &Alert) -> Option<Value> {
        let place = self.engine.locate(alert.carried.id.as_deref()?)?;
        if place.path == "-" {
            return None;
        }
        let mut physical = json!({ "artifactLocation": { "uri": uri(&place.path) } });
        // Places in compressed files are not places in the file.
        if place.is_plain
            && let Some(line) = self.lines.of(&place)
        {
            physical["region"] = json!({ "startLine": line, "byteOffset": place.offset });
        }
        Some(json!({ "physicalLocation": physical }))
    }
}

impl AlertWriter for Sarif {
    fn begin(&mut self, _out: &mut dyn Write, rules: &[Rule]) -> io::Result<()> {
        for rule in rules {
            self.indices.entry(rule.metadata.rule_id.clone()).or_insert_with(|| {
                self.rules.push(descriptor(rule));
                self.rules.len() - 1
            });
        }
        Ok(())
    }

    fn alert(&mut self, _out: &mut dyn Write, rule: &Rule, alert: Alert) -> io::Result<()> {
        let index = self.indices.get(&rule.metadata.rule_id).copied();
        let mut properties = Map::new();
        properties.insert("severity".into(), alert.severity.clone().into());
        properties.insert("time".into(), quarry::format_time(alert.time).into());
        properties.insert("row".into(), alert.row.clone().into());
        let mut result = json!({
            "ruleId": rule.metadata.rule_id,
            "level": level(&alert.severity),
            "kind": "fail",
            "message": { "text": text(&alert, "kibana.alert.reason") },
            "guid": guid(&alert.uuid),
            "partialFingerprints": { "alert/v1": alert.uuid },
            "locations": self.location(&alert).into_iter().collect::<Vec<_>>(),
            "properties": properties,
        });
        if let Some(index) = index {
            result["ruleIndex"] = index.into();
        }
        self.results.push(result);
        Ok(())
    }

    fn done(&mut self, _out: &mut dyn Write, done: &Done<'_>) -> io::Result<()> {
        let (level, message) = match &done.ending {
            Ending::Ran => return Ok(()),
            Ending::Skipped(message) => ("note", message),
            Ending::Failed(message) => ("error", message),
        };
        self.notifications.push(json!({
            "level": level,
            "message": { "text": format!("{}: {message}", done.rule.metadata.name) },
            "associatedRule": { "id": done.rule.metadata.rule_id },
        }));
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let failed = self.notifications.iter().any(|note| note["level"] == "error");
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "quarry",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": std::mem::take(&mut self.rules),
                } },
                "invocations": [{
                    "executionSuccessful": !failed,
                    "toolExecutionNotifications": std::mem::take(&mut self.notifications),
                }],
                "results": std::mem::take(&mut self.results),
                "columnKind": "unicodeCodePoints",
            }],
        });
        serde_json::to_writer_pretty(&mut *out, &log)?;
        out.write_all(b"\n")
    }
}

fn descriptor(rule: &Rule) -> Value {
    let metadata = &rule.metadata;
    let mut tags: Vec<String> = match metadata.fields.get("tags").and_then(Value::as_array) {
        Some(tags) => tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect(),
        None => Vec::new(),
    };
    tags.extend(mappings(rule).iter().filter_map(|mapping| mapping.most_exact().map(|entry| entry.id.clone())));
    tags.sort();
    tags.dedup();
    let mut descriptor = json!({
        "id": metadata.rule_id,
        "name": metadata.name,
        "shortDescription": { "text": metadata.name },
        "defaultConfiguration": { "level": level(&metadata.severity) },
        "properties": {
            "tags": tags,
            "security-severity": format!("{:.1}", metadata.risk_score as f64 / 10.0),
        },
    });
    if !metadata.description.trim().is_empty() {
        descriptor["fullDescription"] = json!({ "text": metadata.description.trim() });
    }
    if let Some(note) = metadata.fields.get("note").and_then(Value::as_str) {
        descriptor["help"] = json!({ "text": note, "markdown": note });
    }
    let references = metadata.fields.get("references").and_then(Value::as_array);
    let first = references.and_then(|all| all.iter().find_map(|one| one.as_str().filter(|u| u.starts_with("http"))));
    if let Some(first) = first {
        descriptor["helpUri"] = first.into();
    }
    descriptor
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

/// The beginning of a hash in the form of a GUID.
fn guid(hash: &str) -> String {
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or("0");
    format!("{}-{}-5{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// A path as the reference of a URI: relative ones stay relative.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    if Path::new(path).is_absolute() { format!("file://{out}") } else { out }
}

/// Finds the lines of places in files; a file is read on from the last place asked for.
#[derive(Default)]
struct Lines {
    path: String,
    file: Option<BufReader<File>>,
    offset: u64,
    line: u64,
}

impl Lines {
    fn of(&mut self, place: &RecordPlace) -> Option<u64> {
        if self.path != place.path || place.offset < self.offset {
            self.file = File::open(&place.path).ok().map(BufReader::new);
            self.path.clone_from(&place.path);
            (self.offset, self.line) = (0, 1);
        }
        let file = self.file.as_mut()?;
        let mut buffer = [0; 1 << 14];
        while self.offset < place.offset {
            let wanted = usize::try_from(place.offset - self.offset).unwrap_or(buffer.len()).min(buffer.len());
            let got = file.read(&mut buffer[..wanted]).ok().filter(|got| *got > 0)?;
            self.line += buffer[..got].iter().filter(|byte| **byte == b'\n').count() as u64;
            self.offset += got as u64;
        }
        Some(self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("logs/a b#1.json"), "logs/a%20b%231.json");
        assert_eq!(uri("/var/log/x"), "file:///var/log/x");
    }
}
