//! What several queries need for their runs is read once for all of them.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use quarry::replay::record;
use quarry::{Engine, EngineOptions, Input, Selection, Session};

#[test]
fn rules_over_one_file_scan_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.ndjson");
    let line = |n: u64| format!("{{\"@timestamp\":{},\"n\":{n}}}\n", 1000 * n);
    std::fs::write(&path, (0..100).map(line).collect::<String>()).unwrap();
    let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap();
    let times = vec!["@timestamp".to_owned()];
    let selection = Arc::new(Selection { times, none_of: Vec::new() });
    let session = Session { selection, ..Session::default() };
    let texts = ["FROM app | WHERE n < 10", "FROM app | STATS c = COUNT(*)", "FROM app | WHERE n >= 50 | KEEP n"];
    let queries = texts.iter().map(|text| session.prepare(&engine, text).unwrap()).collect();
    let recorded = record(queries, &engine);
    let spans: Vec<_> = recorded.iter().map(|one| one.as_ref().unwrap().span().unwrap()).collect();
    assert_eq!(spans, [(0, 9000), (0, 99_000), (50_000, 99_000)]);
    assert_eq!(quarry::counted(&engine.account().events), 100);
}

#[test]
fn one_that_needs_too_much_room_takes_none_from_those_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.ndjson");
    let line = |n: u64| format!("{{\"@timestamp\":{},\"n\":{n},\"text\":\"{}\"}}\n", 1000 * n, "x".repeat(500));
    std::fs::write(&path, (0..2000).map(line).collect::<String>()).unwrap();
    let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap();
    let selection = Arc::new(Selection { times: vec!["@timestamp".to_owned()], none_of: Vec::new() });
    let session = Session { selection, memory_limit: 400_000, ..Session::default() };
    let texts = ["FROM app | WHERE n < 10 | KEEP n", "FROM app | KEEP text, n", "FROM app | WHERE n == 5 | KEEP n"];
    let queries = texts.iter().map(|text| session.prepare(&engine, text).unwrap()).collect();
    let recorded: Vec<bool> = record(queries, &engine).iter().map(Result::is_ok).collect();
    // What comes after the one that failed is recorded again when there is room.
    assert_eq!(recorded, [true, false, false]);
}
