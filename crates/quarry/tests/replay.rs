//! A query run for many windows gives what it gives when each window is a run of its own.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

use quarry::replay::{Window, record};
use quarry::{Condition, Engine, EngineOptions, Exclusion, Input, Selection, Session, Test};

fn engine(lines: &[String]) -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.ndjson");
    let mut file = std::fs::File::create(&path).unwrap();
    lines.iter().for_each(|line| writeln!(file, "{line}").unwrap());
    let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap();
    (folder, engine)
}

fn events() -> Vec<String> {
    (0..500_i64)
        .map(|i| {
            // Out of order, on purpose.
            let minute = (i * 37) % 500;
            let at = 1_700_000_000_000 + minute * 60_000;
            format!(r#"{{"@timestamp":{at},"user.name":"u{}","n":{minute}}}"#, minute % 7)
        })
        .collect()
}

fn rows(text: &str, engine: &Engine, window: Window) -> Vec<String> {
    let selection = Arc::new(Selection { times: vec!["@timestamp".into()], none_of: Vec::new() });
    let session = Session { default_limit: None, selection, ..Session::default() };
    let query = session.prepare(engine, text).unwrap();
    let recorded = record(vec![query], engine).pop().unwrap().unwrap();
    let mut rows = Vec::new();
    recorded
        .run(window, &mut |batch| {
            for row in 0..batch.rows() {
                rows.push(format!("{:?}", batch.columns().iter().map(|c| c.value(row)).collect::<Vec<_>>()));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    rows.sort();
    rows
}

/// The same by a query that says the window itself.
fn expected(text: &str, engine: &Engine, window: Window) -> Vec<String> {
    let bounds =
        format!("| WHERE @timestamp >= {}::datetime AND @timestamp <= {}::datetime", window.first, window.last);
    let (from, rest) = text.split_once('|').unwrap();
    let session = Session { default_limit: None, now_millis: window.now, ..Session::default() };
    let query = session.prepare(engine, &format!("{from} {bounds} | {rest}")).unwrap();
    let mut rows: Vec<String> = query.collect(engine).unwrap().rows().iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

#[test]
fn a_window_is_a_condition_on_time() {
    let (_folder, engine) = engine(&events());
    let texts = [
        "FROM app | WHERE n % 3 == 0 | KEEP n, user.name",
        "FROM app | STATS c = COUNT(*), s = SUM(n) BY user.name | WHERE c > 2",
        "FROM app | STATS c = COUNT(*)",
        "FROM app | WHERE @timestamp > NOW() - 7 minutes | KEEP n",
        "FROM app | EVAL age = DATE_DIFF(\"minutes\", @timestamp, NOW()) | WHERE age < 5 | KEEP n, age",
        "FROM app | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 2, NOW() - 1 hour, NOW())",
        "FROM app | WHERE KQL(\"@timestamp >= now-6m\") | KEEP n",
        "FROM app | INLINE STATS m = MAX(n) BY user.name | WHERE n == m | KEEP n, m",
        "FROM app | INLINE STATS m = MAX(n) + COUNT(*) BY user.name | KEEP n, m",
        "FROM app | SORT n DESC | LIMIT 3 | KEEP n",
        "FROM app | FORK (WHERE n % 2 == 0) (STATS n = COUNT(*)) | KEEP n",
    ];
    for text in texts {
        for k in [0, 1, 40, 41, 480, 520] {
            let last = 1_700_000_000_000 + k * 60_000;
            let window = Window { first: last - 11 * 60_000, last, now: last };
            assert_eq!(rows(text, &engine, window), expected(text, &engine, window), "{text} at {k}");
        }
    }
}

#[test]
fn excluded_documents_are_not_read() {
    let (_folder, engine) = engine(&events());
    let condition = |field: &str, test, negated| Condition { field: field.into(), test, negated };
    let none_of = vec![
        Exclusion {
            all: vec![
                condition("user.name", Test::AnyOf(vec!["u1".into(), "u2".into()]), false),
                condition("n", Test::AnyOf(vec!["1".into()]), true),
            ],
        },
        Exclusion { all: vec![condition("user.name", Test::LikeAny(vec!["?3*".into()]), false)] },
        Exclusion { all: vec![condition("no.such.field", Test::Exists, false)] },
    ];
    let selection = Arc::new(Selection { times: Vec::new(), none_of });
    let session = Session { default_limit: None, selection, ..Session::default() };
    let query = session.prepare(&engine, "FROM app | STATS c = COUNT(*) BY user.name | SORT user.name").unwrap();
    let counts: Vec<String> =
        query.collect(&engine).unwrap().rows().iter().map(|row| format!("{}={}", row[1], row[0])).collect();
    assert_eq!(counts, ["u0=72", "u1=1", "u4=71", "u5=71", "u6=71"]);
}

#[test]
fn fields_that_no_document_has_are_told() {
    let (_folder, engine) = engine(&events());
    let session = Session { default_limit: None, ..Session::default() };
    let query = session.prepare(&engine, "FROM app | WHERE host.name == \"a\" AND n > 1 | KEEP user.name").unwrap();
    assert_eq!(query.collect(&engine).unwrap().rows().len(), 0);
    assert_eq!(query.unmet_fields(), ["host.name"]);
}

#[test]
fn fields_behind_the_expressions_of_inline_stats_are_told() {
    let (_folder, engine) = engine(&events());
    let session = Session { default_limit: None, ..Session::default() };
    let text =
        "FROM app | INLINE STATS who = TO_UPPER(MAX(host.name)), top = MAX(n) + 1 | WHERE who == \"A\" AND top > 1";
    let query = session.prepare(&engine, text).unwrap();
    assert_eq!(query.collect(&engine).unwrap().rows().len(), 0);
    assert_eq!(query.unmet_fields(), ["host.name"]);
}
