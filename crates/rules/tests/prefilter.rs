//! Filtering before parsing changes no alert: every public rule and every rule of the pack, over real logs.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::{Rule, RunOptions, SearchEvent, load, lookups, search, search_all};

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

type Alerts = BTreeMap<PathBuf, Vec<String>>;

fn session(prefilter: bool, search_bytes: bool) -> Session {
    Session { now_millis: 1_768_500_000_000, prefilter, search_bytes, ..Session::default() }
}

/// The alerts of rules that run side by side, which look at the values of fields.
fn side_by_side(rules: &[Rule], engine: &Engine, prefilter: bool) -> Alerts {
    let mut alerts = Alerts::new();
    search_all(rules, engine, &session(prefilter, true), &RunOptions::default(), &mut |rule, event| {
        if let SearchEvent::Alert(alert) = event {
            alerts.entry(rule.path.clone()).or_default().push(format!("{} {:?}", alert.uuid, alert.row));
        }
        ControlFlow::Continue(())
    });
    alerts
}

/// The alerts of rules that run by themselves, which search the bytes of records for literals, and the values of fields.
fn by_themselves(rules: &[Rule], engine: &Engine, search_bytes: bool) -> Alerts {
    let mut alerts = Alerts::new();
    for rule in rules {
        let _ = search(rule, engine, &session(true, search_bytes), &RunOptions::default(), &mut |alert| {
            alerts.entry(rule.path.clone()).or_default().push(format!("{} {:?}", alert.uuid, alert.row));
            ControlFlow::Continue(())
        });
    }
    alerts
}

#[test]
fn every_rule_gives_the_same_alerts_with_and_without_prefilter() {
    let shared = in_project("../shared");
    if !shared.is_dir() {
        println!("skipped: there is no ../shared");
        return;
    }
    let rules = load(&[in_project("rules"), shared.join("corpora/detection-rules")]).rules;
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(shared.join("data/real")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut total = 0;
    for folder in folders {
        let mut inputs = vec![Input::new(folder.to_string_lossy())];
        inputs.extend(lookups(&rules, &inputs));
        let Ok(engine) = Engine::open(&inputs, EngineOptions::default()) else { continue };
        let expected = side_by_side(&rules, &engine, false);
        assert_eq!(side_by_side(&rules, &engine, true), expected, "{}", folder.display());
        for search_bytes in [true, false] {
            assert_eq!(by_themselves(&rules, &engine, search_bytes), expected, "{}", folder.display());
        }
        total += expected.values().map(Vec::len).sum::<usize>();
    }
    assert!(total > 0);
}
