//! The formats that other programs read, over the pack's alerts on the sample incident: each document has what its format
//! asks for, in the types and with the values that it allows.
#![allow(clippy::unwrap_used)]

mod support {
    pub(crate) mod shape;
}

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::shape::{Kind, check};

use Kind::{Bool, Guid, Int, List, Num, Object, OneOf, Text, Uri};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().parent().unwrap()
}

/// What `quarry run` prints for the pack in a format.
fn printed(format: &str, with_input: bool) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
    command.current_dir(root()).args(["run", "rules", "--quiet", "--format", format]);
    if with_input {
        command.args(["-i", "examples/incident"]);
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(with_input)), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Alerts of the pack on the incident, as its own documents.
fn alerts() -> Vec<Value> {
    let alerts: Vec<Value> = printed("ndjson", true).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(alerts.len() > 15, "{}", alerts.len());
    alerts
}

#[test]
fn sarif_has_what_version_2_1_0_asks_for() {
    const LEVELS: Kind = OneOf(&["none", "note", "warning", "error"]);
    const MESSAGE: Kind = Object(&[("text", true, Text)]);
    const LOCATION: Kind = Object(&[(
        "physicalLocation",
        true,
        Object(&[
            ("artifactLocation", true, Object(&[("uri", true, Uri)])),
            (
                "region",
                false,
                Object(&[("startLine", true, Int(1, i64::MAX)), ("byteOffset", false, Int(0, i64::MAX))]),
            ),
        ]),
    )]);
    const RULE: Kind = Object(&[
        ("id", true, Text),
        ("name", false, Text),
        ("shortDescription", false, MESSAGE),
        ("fullDescription", false, MESSAGE),
        ("help", false, Object(&[("text", true, Text), ("markdown", false, Text)])),
        ("helpUri", false, Uri),
        ("defaultConfiguration", false, Object(&[("level", false, LEVELS)])),
        ("properties", false, Object(&[("tags", false, List(&Text)), ("security-severity", false, Text)])),
    ]);
    const RESULT: Kind = Object(&[
        ("ruleId", true, Text),
        ("ruleIndex", true, Int(0, i64::MAX)),
        ("level", true, LEVELS),
        ("kind", true, OneOf(&["notApplicable", "pass", "fail", "review", "open", "informational"])),
        ("message", true, MESSAGE),
        ("guid", true, Guid),
        ("partialFingerprints", true, Object(&[("alert/v1", true, Text)])),
        ("locations", true, List(&LOCATION)),
    ]);
    const RUN: Kind = Object(&[
        ("tool", true, Object(&[("driver", true, Object(&[("name", true, Text), ("rules", true, List(&RULE))]))])),
        ("invocations", true, List(&Object(&[("executionSuccessful", true, Bool)]))),
        ("results", true, List(&RESULT)),
        ("columnKind", false, OneOf(&["utf16CodeUnits", "unicodeCodePoints"])),
    ]);
    let log: Value = serde_json::from_str(&printed("sarif", true)).unwrap();
    check(&log, &Object(&[("version", true, OneOf(&["2.1.0"])), ("$schema", true, Uri), ("runs", true, List(&RUN))]));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: HashSet<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids.len(), rules.len(), "an id stands for one rule");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), alerts().len());
    for result in results {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[place]["id"]);
    }
    let guids: HashSet<&Value> = results.iter().map(|result| &result["guid"]).collect();
    assert_eq!(guids.len(), results.len(), "a guid stands for one result");
    assert!(results.iter().any(|result| !result["locations"].as_array().unwrap().is_empty()));
}

#[test]
fn ocsf_findings_have_what_class_2004_asks_for() {
    const ENTITY: Kind = Object(&[("uid", true, Text), ("name", true, Text)]);
    const ATTACK: Kind =
        Object(&[("tactic", true, ENTITY), ("technique", false, ENTITY), ("sub_technique", false, ENTITY)]);
    const OBSERVABLE: Kind =
        Object(&[("name", true, Text), ("type_id", true, Int(0, 99)), ("type", true, Text), ("value", true, Text)]);
    const FINDING: Kind = Object(&[
        ("activity_id", true, Int(1, 1)),
        ("category_uid", true, Int(2, 2)),
        ("class_uid", true, Int(2004, 2004)),
        ("type_uid", true, Int(200_401, 200_401)),
        ("severity_id", true, Int(0, 6)),
        ("severity", true, OneOf(&["Low", "Medium", "High", "Critical"])),
        ("status_id", true, Int(1, 1)),
        ("time", true, Int(1, i64::MAX)),
        ("is_alert", true, Bool),
        ("risk_score", true, Int(0, 100)),
        ("message", true, Text),
        (
            "metadata",
            true,
            Object(&[
                ("version", true, OneOf(&["1.4.0"])),
                ("uid", true, Text),
                ("product", true, Object(&[("name", true, Text), ("vendor_name", true, Text)])),
            ]),
        ),
        (
            "finding_info",
            true,
            Object(&[
                ("uid", true, Text),
                ("title", true, Text),
                ("desc", true, Text),
                ("created_time", true, Int(1, i64::MAX)),
                ("first_seen_time", true, Int(1, i64::MAX)),
                ("last_seen_time", true, Int(1, i64::MAX)),
                ("related_events_count", true, Int(1, i64::MAX)),
                ("analytic", true, Object(&[("uid", true, Text), ("name", true, Text), ("type_id", true, Int(1, 1))])),
                ("attacks", true, List(&ATTACK)),
            ]),
        ),
        ("evidences", true, List(&Object(&[("data", true, Object(&[]))]))),
        ("observables", true, List(&OBSERVABLE)),
    ]);
    let findings: Vec<Value> = printed("ocsf", true).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let alerts = alerts();
    let uids = |documents: &[Value], path: &str| -> Vec<String> {
        documents.iter().map(|one| one.pointer(path).unwrap().as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(uids(&findings, "/finding_info/uid"), uids(&alerts, "/kibana.alert.uuid"));
    for finding in &findings {
        check(finding, &FINDING);
        assert!(
            finding["finding_info"]["first_seen_time"].as_i64() <= finding["finding_info"]["last_seen_time"].as_i64()
        );
        for attack in finding["finding_info"]["attacks"].as_array().unwrap() {
            assert!(attack["tactic"]["uid"].as_str().unwrap().starts_with("TA"), "{attack}");
            if let Some(sub) = attack.get("sub_technique") {
                let technique = attack["technique"]["uid"].as_str().unwrap();
                assert!(sub["uid"].as_str().unwrap().starts_with(&format!("{technique}.")), "{attack}");
            }
        }
    }
    assert!(findings.iter().any(|finding| !finding["observables"].as_array().unwrap().is_empty()));
}

#[test]
fn attack_layers_have_what_version_4_5_asks_for() {
    const TECHNIQUE: Kind = Object(&[
        ("techniqueID", true, Text),
        ("tactic", true, Text),
        ("score", true, Num),
        ("comment", true, Text),
        ("enabled", true, Bool),
        ("showSubtechniques", true, Bool),
        ("metadata", true, List(&Object(&[("name", true, Text), ("value", true, Text)]))),
    ]);
    const LAYER: Kind = Object(&[
        ("name", true, Text),
        ("versions", true, Object(&[("layer", true, OneOf(&["4.5"]))])),
        ("domain", true, OneOf(&["enterprise-attack"])),
        ("description", true, Text),
        ("sorting", true, Int(0, 3)),
        ("hideDisabled", true, Bool),
        ("techniques", true, List(&TECHNIQUE)),
        ("gradient", true, Object(&[("colors", true, List(&Text)), ("minValue", true, Num), ("maxValue", true, Num)])),
    ]);
    const TACTICS: [&str; 14] = [
        "reconnaissance",
        "resource-development",
        "initial-access",
        "execution",
        "persistence",
        "privilege-escalation",
        "defense-evasion",
        "credential-access",
        "discovery",
        "lateral-movement",
        "collection",
        "command-and-control",
        "exfiltration",
        "impact",
    ];
    for with_input in [true, false] {
        let layer: Value = serde_json::from_str(&printed("attack", with_input)).unwrap();
        check(&layer, &LAYER);
        let techniques = layer["techniques"].as_array().unwrap();
        assert!(techniques.len() > 10);
        let ids: HashSet<(&str, &str)> = techniques
            .iter()
            .map(|one| (one["techniqueID"].as_str().unwrap(), one["tactic"].as_str().unwrap()))
            .collect();
        assert_eq!(ids.len(), techniques.len(), "a technique stands once under a tactic");
        for (id, tactic) in &ids {
            assert!(TACTICS.contains(tactic), "{tactic}");
            let (technique, sub) = id.split_once('.').map_or((*id, None), |(technique, sub)| (technique, Some(sub)));
            let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
            assert!(technique.strip_prefix('T').is_some_and(|number| digits(number, 4)), "{id}");
            assert!(sub.is_none_or(|sub| digits(sub, 3)), "{id}");
            assert!(sub.is_none() || ids.contains(&(technique, tactic)), "{id} stands under nothing");
        }
    }
}

#[test]
fn junit_counts_what_it_holds() {
    let alerts = alerts();
    let fired: HashSet<&Value> = alerts.iter().map(|alert| &alert["kibana.alert.rule.rule_id"]).collect();
    let text = printed("junit", true);
    let document = support::shape::elements(&text);
    let count = |name: &str| document.iter().filter(|(element, _)| element == name).count();
    assert_eq!((count("testsuites"), count("testsuite")), (1, 1));
    assert_eq!(count("failure"), fired.len());
    assert_eq!((count("error"), count("skipped")), (0, 0));
    for (name, attributes) in &document {
        let attribute =
            |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let required: &[&str] = match name.as_str() {
            "testsuites" | "testsuite" => &["name", "tests", "failures", "errors", "skipped", "time"],
            "testcase" => &["classname", "name", "time"],
            "failure" => &["message", "type"],
            other => panic!("JUnit knows no {other}"),
        };
        for wanted in required {
            assert!(attribute(wanted).is_some(), "{name} has no {wanted}");
        }
        for (counted, element) in [("tests", "testcase"), ("failures", "failure")] {
            if let Some(number) = attribute(counted) {
                assert_eq!(number.parse::<usize>().unwrap(), count(element), "{name}");
            }
        }
    }
}
