//! Rules that run side by side give what each gives by itself.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::{RunOptions, SearchEvent, load, lookups, search, search_all};

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Compares all rules of `folders` over `logs`; gives how many alerts there were.
fn compare(folders: &[PathBuf], logs: &[PathBuf], prefilter: bool) -> usize {
    let rules = load(folders).rules;
    let mut inputs: Vec<Input> = logs.iter().map(|path| Input::new(path.to_string_lossy())).collect();
    inputs.extend(lookups(&rules, &inputs));
    let engine = Engine::open(&inputs, EngineOptions::default()).unwrap();
    let session = Session { now_millis: 1_768_500_000_000, prefilter, ..Session::default() };
    let options = RunOptions::default();
    let mut beside: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    search_all(&rules, &engine, &session, &options, &mut |rule, event| {
        if let SearchEvent::Alert(alert) = event {
            beside.entry(rule.path.clone()).or_default().push(format!("{} {:?}", alert.uuid, alert.row));
        }
        ControlFlow::Continue(())
    });
    let mut total = 0;
    for rule in &rules {
        let mut alone = Vec::new();
        let _ = search(rule, &engine, &session, &options, &mut |alert| {
            alone.push(format!("{} {:?}", alert.uuid, alert.row));
            ControlFlow::Continue(())
        });
        total += alone.len();
        assert_eq!(beside.remove(&rule.path).unwrap_or_default(), alone, "{}", rule.path.display());
    }
    total
}

#[test]
fn the_pack_gives_the_same_alerts_side_by_side() {
    let logs = [in_project("examples/incident"), in_project("examples/cloudtrail")];
    for prefilter in [true, false] {
        assert!(compare(&[in_project("rules")], &logs, prefilter) > 0);
    }
}

#[test]
fn public_rules_give_the_same_alerts_side_by_side() {
    let shared = in_project("../shared");
    if !shared.is_dir() {
        println!("skipped: there is no ../shared");
        return;
    }
    let rules = [in_project("rules"), shared.join("corpora/detection-rules")];
    let logs = [shared.join("data/real/stratus-red-team"), shared.join("data/real/invictus-aws")];
    assert!(compare(&rules, &logs, true) > 0);
}

#[test]
fn more_alerts_than_are_held_come_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let log: String = (0..8000).map(|n| format!("{{\"n\":{n}}}\n")).collect();
    std::fs::write(path("app.ndjson"), log).unwrap();
    for number in 0..3 {
        let query = format!("FROM app METADATA _id, _version, _index | WHERE n >= {number} | KEEP n");
        let rule = format!(
            "[rule]\nname = \"r{number}\"\nrule_id = \"r{number}\"\nlanguage = \"esql\"\ntype = \"esql\"\nquery = '''{query}'''\n"
        );
        std::fs::write(path(&format!("r{number}.toml")), rule).unwrap();
    }
    let rules = [path("r0.toml"), path("r1.toml"), path("r2.toml")];
    assert_eq!(compare(&rules, &[path("app.ndjson")], true), 3 * 8000 - 3);
}
