//! A new rule passes what it will have to pass: `check`, `fmt --check` and `test`; and its tests can be updated.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn quarry(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarry")).args(arguments).output().unwrap()
}

fn code(arguments: &[&str]) -> i32 {
    let output = quarry(arguments);
    let code = output.status.code().unwrap();
    if code != 0 {
        eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    code
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// A raw record of the examples, by itself.
fn raw(folder: &Path) -> PathBuf {
    let mut open = vec![examples().join("cloudtrail")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().flatten().map(|entry| entry.path()));
            continue;
        }
        let mut text = String::new();
        let file = fs::File::open(&path).unwrap();
        std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
        let records: serde_json::Value = serde_json::from_str(&text).unwrap();
        if let Some(record) = records["Records"].get(0) {
            let event = folder.join("event.json");
            fs::write(&event, serde_json::to_string_pretty(record).unwrap()).unwrap();
            return event;
        }
    }
    panic!("the examples have no record");
}

/// An event that is neither ECS nor of a kind that is known; only the name of its file says which index it is in.
const OTHER: &str = r#"{"actor":{"alternateId":"mallory@example.com"},"client":{"device":"Computer"},
  "eventType":"user.authentication.sso","outcome":{"result":"FAILURE"},"published":"2026-01-15T10:00:00.000Z",
  "target":[{"type":"AppInstance"}],"uuid":"1"}"#;

#[test]
fn a_rule_from_an_event_of_another_schema_asks_what_happened_and_how() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("okta.json"), OTHER).unwrap();
    assert_eq!(code(&["new", &path("rule"), "--event", &path("okta.json")]), 0);
    let query = fs::read_to_string(path("rule.esql")).unwrap();
    assert!(query.contains(r#"eventType == "user.authentication.sso" AND outcome.result == "FAILURE""#), "{query}");
    // A test whose events no rule reads says why there is no alert.
    let described = fs::read_to_string(path("rule.toml")).unwrap();
    let elsewhere = described.replace(r#""_index":"okta""#, r#""_index":"elsewhere""#);
    assert_ne!(elsewhere, described);
    fs::write(path("rule.toml"), elsewhere).unwrap();
    let told = String::from_utf8(quarry(&["test", &path("rule.esql")]).stdout).unwrap();
    assert!(told.contains("none of the events is read:") && told.contains("they are in elsewhere"), "{told}");
}

#[test]
fn a_new_rule_passes_its_checks() {
    let folder = tempfile::tempdir().unwrap();
    let raw = raw(folder.path());
    let document = examples().join("ecs/cloudtrail.ndjson");
    let other = folder.path().join("okta.json");
    fs::write(&other, OTHER).unwrap();
    let samples = [None, raw.to_str(), document.to_str(), other.to_str()];
    for (number, sample) in samples.into_iter().enumerate() {
        for kind in ["match", "threshold"] {
            let rules = folder.path().join(format!("{number}_{kind}"));
            let rule = rules.join("my_rule");
            let rule = rule.to_str().unwrap();
            let mut arguments = vec!["new", rule, "--kind", kind];
            if let Some(sample) = sample {
                arguments.extend(["--event", sample]);
            }
            assert_eq!(code(&arguments), 0, "{arguments:?}");
            let rules = rules.to_str().unwrap();
            for arguments in [&["check", rules][..], &["fmt", "--check", rules], &["test", rules]] {
                assert_eq!(code(arguments), 0, "{arguments:?}");
            }
            let tests = String::from_utf8(quarry(&["test", rules]).stdout).unwrap();
            assert!(tests.ends_with("2 passed, 0 failed\n"), "{tests}");
            // What is there is never written over.
            assert_eq!(quarry(&["new", rule]).status.code(), Some(2));
        }
    }
}

#[test]
fn expectations_are_updated_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let rule = folder.path().join("a_rule");
    assert_eq!(code(&["new", rule.to_str().unwrap()]), 0);
    let file = rule.with_extension("toml");
    let file = file.to_str().unwrap();
    let good = fs::read_to_string(file).unwrap();
    let bad = good.replace("\"event.action\" = \"login\"", "\"event.action\" = \"logout\"").replacen(
        "alerts = 0",
        "alerts = 3 # none",
        1,
    );
    assert_ne!(good, bad);
    fs::write(file, &bad).unwrap();

    let junit = folder.path().join("junit.xml");
    let output = quarry(&["test", file, "--junit", junit.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("event.action  expected  \"logout\"\n                        actual    \"login\""), "{text}");
    assert!(text.contains("alerts   expected 3, got 0"), "{text}");
    let junit = fs::read_to_string(junit).unwrap();
    assert!(junit.contains("tests=\"2\" failures=\"2\"") && junit.contains("expected &quot;logout&quot;"), "{junit}");

    assert_eq!(code(&["test", file, "--update"]), 0);
    assert_eq!(fs::read_to_string(file).unwrap(), good.replacen("alerts = 0", "alerts = 0 # none", 1));
    assert_eq!(code(&["test", file]), 0);
}

#[test]
fn samples_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for event in
        [put("empty.json", ""), put("broken.json", "{\"a\":"), put("numbers.json", "{\"a\":1}"), "nowhere".into()]
    {
        let rule = folder.path().join("rule");
        assert_eq!(quarry(&["new", rule.to_str().unwrap(), "--event", &event]).status.code(), Some(2), "{event}");
        assert!(!rule.with_extension("esql").exists());
    }
}
