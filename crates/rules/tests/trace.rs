//! What is said of an event must be what the engine does with it.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::trace::{Outcome, Stage, Trace, Truth, trace};

struct Case {
    engine: Engine,
    _folder: tempfile::TempDir,
}

fn case(event: &str) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.ndjson");
    std::fs::write(&path, format!("{event}\n")).unwrap();
    let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap();
    Case { engine, _folder: folder }
}

fn explain(event: &str, query: &str) -> Trace {
    let case = case(event);
    trace(query, &case.engine, &Session::default(), 1).unwrap()
}

fn closing(event: &str, query: &str) -> String {
    explain(event, query).closing
}

#[test]
fn an_absent_field_is_told_from_another_value() {
    let query = "FROM log | WHERE event.action == \"CopyObject\" AND user.name == \"alice\"";
    let other = closing(r#"{"event":{"action":"GetObject"},"user":{"name":"alice"}}"#, query);
    assert!(other.contains("event.action is \"GetObject\", not \"CopyObject\""), "{other}");
    let absent = closing(r#"{"event":{"action":"CopyObject"}}"#, query);
    assert!(absent.contains("user.name is absent, so the condition is null"), "{absent}");
}

#[test]
fn lists_and_negations_are_explained() {
    let list = closing(r#"{"user":{"name":["a","b"]}}"#, "FROM log | WHERE user.name == \"a\"");
    assert!(list.contains("user.name has 2 values"), "{list}");
    let not = closing(r#"{"event":{"action":"x"}}"#, "FROM log | WHERE NOT user.name == \"a\"");
    assert!(not.contains("user.name is absent, so NOT of null is null"), "{not}");
    let or = closing(r#"{"user":{"name":"c"}}"#, "FROM log | WHERE user.name == \"a\" OR user.name == \"b\"");
    assert!(or.contains("no side of the OR is true (user.name is \"c\", not \"a\")"), "{or}");
}

#[test]
fn near_misses_get_hints() {
    let hints = |event: &str, query: &str| explain(event, query).stages.last().unwrap().conditions[0].hints.join(" ");
    assert!(hints(r#"{"user":{"name":"Alice"}}"#, "FROM log | WHERE user.name == \"alice\"").contains("lower case"));
    assert!(
        hints(r#"{"user":{"name":"Alice"}}"#, "FROM log | WHERE user.name LIKE \"al*\"").contains("upper and lower")
    );
    assert!(
        hints(r#"{"user":{"name":"b","id":"a"}}"#, "FROM log | WHERE user.name == \"a\"").contains("user.id has that")
    );
}

#[test]
fn patterns_say_where_they_stopped() {
    let dissect =
        explain(r#"{"message":"{a=1, b=2}"}"#, "FROM log | DISSECT message \"{a=%{a}, c=%{c}}\" | WHERE c == \"2\"");
    let stopped = dissect.stages[1].stopped.clone().unwrap();
    assert_eq!((stopped.matched.as_str(), stopped.wanted.as_str(), stopped.offset), ("{a=", "%{a}, c=", 3));
    assert!(dissect.closing.contains("c is null, since DISSECT in line 1 didn't match"), "{}", dissect.closing);
    let grok =
        explain(r#"{"message":"10.0.0.1 GET 200"}"#, "FROM log | GROK message \"%{IP:ip} %{WORD:verb} %{IP:other}\"");
    let stopped = grok.stages[1].stopped.clone().unwrap();
    assert_eq!(
        (stopped.matched.as_str(), stopped.wanted.as_str(), stopped.offset),
        ("%{IP:ip} %{WORD:verb} ", "%{IP:other}", 13)
    );
    let matches = explain(r#"{"message":"10.0.0.1 GET"}"#, "FROM log | GROK message \"%{IP:ip} %{WORD:verb}\"");
    assert_eq!(matches.stages[1].stopped, None);
}

#[test]
fn a_threshold_says_what_one_event_gives() {
    let query = "FROM log | STATS n = COUNT(*) BY user.name | WHERE n >= 20 | KEEP n";
    let trace = explain(r#"{"user":{"name":"a"}}"#, query);
    assert!(matches!(trace.outcome, Outcome::TooFew { .. }));
    assert!(trace.closing.contains("n is 1, and >= 20 is needed"), "{}", trace.closing);
    assert_eq!(trace.stages[1].groups[0].key[0].text(), "\"a\"");
    let first =
        explain(r#"{"user":{"name":"a"}}"#, "FROM log | WHERE user.name == \"b\" | STATS n = COUNT(*) BY user.name");
    assert!(matches!(first.outcome, Outcome::Dropped { .. }));
}

#[test]
fn an_event_of_another_index_is_not_read() {
    let trace = explain(r#"{"a":1}"#, "FROM logs-aws* | WHERE a == 1");
    assert_eq!(trace.outcome, Outcome::NotRead);
    assert!(trace.closing.contains("[log]") && trace.closing.contains("[logs-aws*]"), "{}", trace.closing);
}

#[test]
fn unknown_fields_are_taken_as_absent_and_noted() {
    let trace = explain(r#"{"a":1}"#, "FROM log | WHERE nowhere.seen == \"x\"");
    assert!(trace.notes[0].starts_with("nowhere.seen is in no event"), "{:?}", trace.notes);
    assert!(trace.closing.contains("nowhere.seen is absent"), "{}", trace.closing);
}

#[test]
fn branches_are_followed() {
    let trace = explain(r#"{"a":1}"#, "FROM log | FORK (WHERE a == 2) (EVAL b = a | WHERE b == 1) | KEEP a");
    let branches = &trace.stages[1].branches;
    assert_eq!((branches.len(), branches[0].len(), branches[1].len()), (2, 1, 2));
    assert_eq!((branches[0][0].rows_out, branches[1][1].rows_out), (0, 1));
    assert_eq!(trace.outcome, Outcome::Rows(1));
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("\"a\"".to_owned()),
        Just("\"A\"".to_owned()),
        Just("\"a b\"".to_owned()),
        Just("[\"a\",\"b\"]".to_owned()),
        Just("\"10.0.0.1\"".to_owned()),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("user.name == \"a\"".to_owned()),
        Just("user.name != event.action".to_owned()),
        Just("event.action LIKE \"a*\"".to_owned()),
        Just("user.id IN (\"a\", \"A\")".to_owned()),
        Just("user.id NOT IN (\"a\", event.action)".to_owned()),
        Just("user.name IS NOT NULL".to_owned()),
        Just("event.action IS NULL".to_owned()),
        Just("CIDR_MATCH(source.ip, \"10.0.0.0/8\")".to_owned()),
        Just("n >= 2".to_owned()),
        Just("MV_COUNT(user.name) > 1".to_owned()),
        Just("STARTS_WITH(TO_LOWER(user.id), \"a\")".to_owned()),
        Just("user.id RLIKE \"a.*\"".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|a| format!("NOT ({a})")),
        ]
    })
}

/// Each stage's verdict follows from its conditions.
fn consistent(stages: &[Stage]) -> bool {
    stages.iter().filter(|stage| stage.keyword == "WHERE").all(|stage| {
        let all_true = stage.conditions.iter().all(|condition| condition.truth == Truth::True);
        let known = stage.conditions.iter().all(|condition| condition.truth != Truth::Unknown);
        known && all_true == (stage.rows_out == stage.rows_in)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// It says that an event passes exactly where the query gives its row, and every WHERE agrees with its parts.
    #[test]
    fn the_verdict_is_the_engines(
        name in value(), action in value(), id in value(), n in 0..4, first in condition(), second in condition(),
    ) {
        let event = format!(
            r#"{{"user":{{"name":{name},"id":{id}}},"event":{{"action":{action}}},"source":{{"ip":"10.1.2.3"}},"n":{n}}}"#
        );
        let query = format!("FROM log | WHERE {first} | EVAL m = n + 1 | WHERE {second} AND m > 1 | KEEP user.name, m");
        let case = case(&event);
        let session = Session { default_limit: None, ..Session::default() };
        let rows = session.prepare(&case.engine, &query).unwrap().collect(&case.engine).unwrap().rows().len();
        let trace = trace(&query, &case.engine, &session, 1).unwrap();
        prop_assert_eq!(matches!(trace.outcome, Outcome::Rows(n) if n > 0), rows > 0, "{}", query);
        prop_assert!(consistent(&trace.stages), "{query}\n{event}\n{:#?}", trace.stages);
        prop_assert!(rows > 0 || !trace.closing.contains("because ."), "{}", trace.closing);
    }
}
