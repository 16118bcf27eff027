use std::io::{self, Write};

use quarry_rules::{Alert, Rule};
use serde_json::{Map, Value, json};

use super::mitre::{Entry, mappings};
use super::{AlertWriter, text};

/// OCSF detection findings (class 2004 of version 1.4.0), one a line.
pub(crate) struct Ocsf;

/// Fields of alerts that others pivot on, with OCSF's types of observables.
const OBSERVABLES: [(&str, u8, &str); 15] = [
    ("host.name", 1, "Hostname"),
    ("source.ip", 2, "IP Address"),
    ("source.address", 2, "IP Address"),
    ("destination.ip", 2, "IP Address"),
    ("host.ip", 2, "IP Address"),
    ("client.ip", 2, "IP Address"),
    ("user.name", 4, "User Name"),
    ("user.target.name", 4, "User Name"),
    ("user.email", 5, "Email Address"),
    ("url.full", 6, "URL String"),
    ("file.name", 7, "File Name"),
    ("file.hash.sha256", 8, "Hash"),
    ("process.hash.sha256", 8, "Hash"),
    ("process.name", 9, "Process Name"),
    ("aws.cloudtrail.user_identity.arn", 10, "Resource UID"),
];

impl AlertWriter for Ocsf {
    fn alert(&mut self, out: &mut dyn Write, rule: &Rule, alert: Alert) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &finding(rule, &alert))?;
        out.write_all(b"\n")
    }
}

fn finding(rule: &Rule, alert: &Alert) -> Value {
    let created = millis(alert, "@timestamp").unwrap_or(alert.time);
    let first = millis(alert, "kibana.alert.suppression.start").unwrap_or(alert.time);
    let last = millis(alert, "kibana.alert.suppression.end").unwrap_or(alert.time);
    let severity_id = match alert.severity.as_str() {
        "low" => 2,
        "medium" => 3,
        "high" => 4,
        "critical" => 5,
        _ => 0,
    };
    let severity = ["Unknown", "Informational", "Low", "Medium", "High", "Critical"][severity_id];
    let evidence: Map<String, Value> =
        alert.source.iter().filter(|(name, _)| !name.starts_with('_')).map(|(n, v)| (n.clone(), v.clone())).collect();
    let mut evidence = json!({ "data": evidence });
    if let (Some(id), Value::Object(fields)) = (&alert.carried.id, &mut evidence) {
        fields.insert("uid".into(), id.clone().into());
    }
    let risk_score = alert.document.get("kibana.alert.risk_score").and_then(Value::as_f64).unwrap_or(0.0);
    json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200_401,
        "type_name": "Detection Finding: Create",
        "time": alert.time,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": 1,
        "status": "New",
        "is_alert": true,
        "risk_score": risk_score.round() as i64,
        "message": text(alert, "kibana.alert.reason"),
        "metadata": {
            "version": "1.4.0",
            "uid": alert.uuid,
            "logged_time": created,
            "product": {
                "name": "Quarry",
                "vendor_name": "Quarry",
                "version": env!("CARGO_PKG_VERSION"),
            },
        },
        "finding_info": {
            "uid": alert.uuid,
            "title": text(alert, "kibana.alert.rule.name"),
            "desc": rule.metadata.description.trim(),
            "created_time": created,
            "first_seen_time": first,
            "last_seen_time": last,
            "related_events_count": 1 + alert
                .document
                .get("kibana.alert.suppression.docs_count")
                .and_then(Value::as_u64)
                .unwrap_or(0),
            "analytic": {
                "uid": rule.metadata.rule_id,
                "name": rule.metadata.name,
                "type_id": 1,
                "type": "Rule",
                "version": version(rule),
            },
            "attacks": attacks(rule),
        },
        "evidences": [evidence],
        "observables": observables(alert),
    })
}

fn version(rule: &Rule) -> String {
    rule.metadata.fields.get("version").map_or_else(|| "1".to_owned(), ToString::to_string)
}

fn attacks(rule: &Rule) -> Vec<Value> {
    let entry = |entry: &Entry| json!({ "uid": entry.id, "name": entry.name });
    mappings(rule)
        .iter()
        .map(|mapping| {
            let mut attack = Map::new();
            attack.insert("tactic".into(), entry(&mapping.tactic));
            for (name, value) in [("technique", &mapping.technique), ("sub_technique", &mapping.sub_technique)] {
                if let Some(value) = value {
                    attack.insert(name.into(), entry(value));
                }
            }
            attack.into()
        })
        .collect()
}

fn observables(alert: &Alert) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for (field, type_id, kind) in OBSERVABLES {
        let values = match alert.source.get(field) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(values)) => values.clone(),
            Some(one) => vec![one.clone()],
        };
        for value in values {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // CloudTrail calls services by their names where others have an address.
            if field == "source.address" && value.parse::<std::net::IpAddr>().is_err() {
                continue;
            }
            let same = |known: &Value| known["type_id"] == type_id && known["value"] == value;
            if found.iter().any(same) {
                continue;
            }
            found.push(json!({
                "name": format!("evidences.data.{field}"), "type_id": type_id, "type": kind, "value": value,
            }));
        }
    }
    found
}

fn millis(alert: &Alert, name: &str) -> Option<i64> {
    quarry::parse_time(alert.document.get(name)?.as_str()?)
}
