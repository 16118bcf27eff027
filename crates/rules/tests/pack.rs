//! The rule pack: what every rule of it must have, beside passing its own tests (see `bundled.rs`).

#![allow(clippy::unwrap_used)]

#[path = "common/attack.rs"]
mod attack;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use quarry::{Engine, EngineOptions, syntax};
use quarry_rules::{Rule, load, lookups};
use serde_json::Value;

/// Elastic's rule keeps its own text and its own form.
const FOREIGN: &str = "aws_s3_object_encrypted_with_external_kms_key";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

fn stem(rule: &Rule) -> &str {
    rule.path.file_stem().unwrap().to_str().unwrap()
}

/// All rules, and the project's own alone.
fn pack() -> (Vec<Rule>, Vec<Rule>) {
    let all = load(&[folder()]).rules;
    let own = all.iter().filter(|rule| stem(rule) != FOREIGN).cloned().collect();
    (all, own)
}

fn text<'a>(rule: &'a Rule, name: &str) -> &'a str {
    rule.metadata.fields.get(name).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether `id` is `shape`, in which `9` stands for a digit, `h` for a hexadecimal digit and `v` for 8, 9, a or b.
fn has_shape(id: &str, shape: &str) -> bool {
    id.len() == shape.len()
        && id.chars().zip(shape.chars()).all(|(c, s)| match s {
            '9' => c.is_ascii_digit(),
            'h' => c.is_ascii_digit() || ('a'..='f').contains(&c),
            'v' => "89ab".contains(c),
            other => c == other,
        })
}

#[test]
fn the_pack_is_as_large_as_promised() {
    assert!(pack().1.len() >= 25);
}

#[test]
fn ids_are_unique_and_random() {
    let mut seen = BTreeMap::new();
    for rule in pack().0 {
        let id = rule.metadata.rule_id.clone();
        assert!(has_shape(&id, "hhhhhhhh-hhhh-4hhh-vhhh-hhhhhhhhhhhh"), "{}: {id} is no random UUID", stem(&rule));
        if let Some(other) = seen.insert(id, stem(&rule).to_owned()) {
            panic!("{} has the id of {other}", stem(&rule));
        }
    }
}

#[test]
fn names_are_unique_and_the_metadata_is_complete() {
    let mut names = Vec::new();
    for rule in pack().1 {
        let file = stem(&rule);
        names.push(rule.metadata.name.clone());
        for field in ["name", "description", "from", "interval", "note", "severity"] {
            assert!(!text(&rule, field).is_empty(), "{file}: no {field}");
        }
        assert_eq!(text(&rule, "type"), "esql", "{file}");
        assert_eq!(text(&rule, "license"), "Apache-2.0", "{file}");
        let score = match text(&rule, "severity") {
            "low" => 21,
            "medium" => 47,
            "high" => 73,
            "critical" => 99,
            other => panic!("{file}: severity {other}"),
        };
        assert_eq!(rule.metadata.risk_score, score, "{file}: the score of its severity");
        let fields = Value::Object(rule.metadata.fields.clone());
        for field in ["author", "false_positives", "references", "tags"] {
            assert!(!list(&fields, field).is_empty(), "{file}: no {field}");
        }
        for reference in list(&fields, "references") {
            assert!(reference.as_str().unwrap().starts_with("https://"), "{file}: {reference}");
        }
    }
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "two rules have one name");
}

#[test]
fn threats_are_mapped_to_attack() {
    for rule in pack().0 {
        let file = stem(&rule);
        let fields = Value::Object(rule.metadata.fields.clone());
        assert!(!list(&fields, "threat").is_empty(), "{file}: no threat");
        for threat in list(&fields, "threat") {
            assert_eq!(threat["framework"], "MITRE ATT&CK", "{file}");
            let tactic = check_reference(file, &threat["tactic"], "TA9999", "tactics");
            let name = attack::TACTICS.iter().find(|(id, _)| *id == tactic).map(|(_, name)| *name);
            assert_eq!(threat["tactic"]["name"].as_str(), name, "{file}: {tactic}");
            assert!(!list(threat, "technique").is_empty(), "{file}: a tactic without a technique");
            for technique in list(threat, "technique") {
                let id = check_reference(file, technique, "T9999", "techniques");
                check_technique(file, technique, &tactic);
                for sub in list(technique, "subtechnique") {
                    let sub_id = check_reference(file, sub, "T9999.999", "techniques");
                    assert!(sub_id.starts_with(&id), "{file}: {sub_id} is no part of {id}");
                    check_technique(file, sub, &tactic);
                }
            }
            let tag = format!("Tactic: {}", threat["tactic"]["name"].as_str().unwrap());
            assert!(list(&fields, "tags").iter().any(|t| t == tag.as_str()), "{file}: no tag {tag}");
        }
    }
}

/// A technique has ATT&CK's name, and stands under a tactic that it serves.
fn check_technique(file: &str, item: &Value, tactic: &str) {
    let id = item["id"].as_str().unwrap();
    let Some((_, name, tactics)) = attack::TECHNIQUES.iter().find(|(known, ..)| *known == id) else {
        panic!("{file}: {id} is not in the table of techniques");
    };
    assert_eq!(item["name"], *name, "{file}: {id}");
    assert!(tactics.contains(&tactic), "{file}: {id} doesn't serve {tactic}");
}

fn check_reference(file: &str, item: &Value, shape: &str, kind: &str) -> String {
    let id = item["id"].as_str().unwrap_or("");
    assert!(has_shape(id, shape), "{file}: {id} has not the shape of {shape}");
    assert!(!item["name"].as_str().unwrap_or("").is_empty(), "{file}: {id} has no name");
    let path = id.replace('.', "/");
    assert_eq!(item["reference"], format!("https://attack.mitre.org/{kind}/{path}/"), "{file}");
    id.to_owned()
}

#[test]
fn each_rule_has_tests_that_alert_and_tests_that_do_not() {
    for rule in pack().0 {
        assert!(rule.tests.iter().any(|test| test.alerts > 0), "{}: no test alerts", stem(&rule));
        assert!(rule.tests.iter().any(|test| test.alerts == 0), "{}: no test is silent", stem(&rule));
    }
}

#[test]
fn the_accounts_of_tests_are_made_up() {
    const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "998877665544"];
    for rule in pack().1 {
        for event in rule.tests.iter().flat_map(|test| &test.events) {
            for number in event.split(|c: char| !c.is_ascii_alphanumeric()) {
                let is_account = number.len() == 12 && number.chars().all(|c| c.is_ascii_digit());
                let is_part_of_an_id = number.starts_with("00000");
                assert!(!is_account || is_part_of_an_id || ACCOUNTS.contains(&number), "{}: {number}", stem(&rule));
            }
        }
    }
}

#[test]
fn queries_are_checked_and_laid_out() {
    let (all, own) = pack();
    let engine = Engine::open(&lookups(&all, &[]), EngineOptions::default()).unwrap();
    for rule in &all {
        let found = quarry::check(&rule.query, Some(&engine), true);
        assert!(found.is_empty(), "{}: {found:?}", stem(rule));
    }
    for rule in &own {
        assert_eq!(syntax::format(&rule.query).unwrap(), rule.query, "{}: run quarry fmt", stem(rule));
    }
}

#[test]
fn the_queries_in_notes_are_right() {
    for rule in pack().1 {
        let queries: Vec<&str> = text(&rule, "note").split("```esql\n").skip(1).collect();
        assert!(!queries.is_empty(), "{}: the note has no query", stem(&rule));
        for query in queries {
            let query = query.split("```").next().unwrap();
            let found = quarry::check(query, None, false);
            assert!(found.is_empty(), "{}: {query}\n{found:?}", stem(&rule));
        }
    }
}

#[test]
fn a_list_given_by_the_user_takes_the_place_of_the_one_beside_the_rule() {
    let (all, _) = pack();
    let names = |given: &[quarry::Input]| lookups(&all, given).into_iter().filter_map(|i| i.name).collect::<Vec<_>>();
    assert_eq!(names(&[]), ["quarry_attack_tools"]);
    assert_eq!(names(&[quarry::Input::named("quarry_attack_tools", "mine.csv")]), Vec::<String>::new());
}

#[test]
fn the_readme_lists_every_rule() {
    let readme = fs::read_to_string(Path::new(&folder()).join("README.md")).unwrap();
    for rule in pack().0 {
        let row = format!("| [{}]({}.esql) | {} |", rule.metadata.name, stem(&rule), text(&rule, "severity"));
        assert!(readme.contains(&row), "rules/README.md has no row\n{row}");
    }
}
