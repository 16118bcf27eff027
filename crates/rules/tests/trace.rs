//! What is said of an event must be what the engine does with it.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use quarry::{Engine, EngineOptions, EnrichPolicy, Input, PolicyKind, Session};
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

/// An engine over events, a list for LOOKUP JOIN and a policy for ENRICH.
fn with_lists(events: &[String]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("log.ndjson"), events.iter().map(|event| format!("{event}\n")).collect::<String>()).unwrap();
    std::fs::write(path("teams.ndjson"), "{\"user\":{\"id\":\"a\"},\"team\":\"red\",\"risk\":7}\n").unwrap();
    let policy = EnrichPolicy {
        kind: PolicyKind::Match,
        index: "teams".into(),
        match_field: "user.id".into(),
        fields: vec!["team".into(), "risk".into()],
    };
    let options = EngineOptions { policies: vec![("people".into(), policy)], ..EngineOptions::default() };
    let inputs = [path("log.ndjson"), path("teams.ndjson")].map(|path| Input::new(path.to_string_lossy()));
    Case { engine: Engine::open(&inputs, options).unwrap(), _folder: folder }
}

fn explain_with_lists(event: &str, query: &str) -> Trace {
    trace(query, &with_lists(&[event.to_owned()]).engine, &Session::default(), 1).unwrap()
}

#[test]
fn what_a_later_command_brings_is_not_shown_as_absent_at_from() {
    let names = |query: &str| -> Vec<String> {
        let trace = explain_with_lists(r#"{"user":{"id":"a"},"n":1}"#, query);
        trace.stages[0].reads.iter().map(|cell| cell.name.clone()).collect()
    };
    assert_eq!(names("FROM log | LOOKUP JOIN teams ON user.id | WHERE team == \"x\""), ["user.id"]);
    assert_eq!(
        names("FROM log | WHERE n == 2 | ENRICH people ON user.id | WHERE risk > 1 AND user.name == \"b\""),
        ["n", "user.id", "user.name"]
    );
    assert_eq!(names("FROM log | STATS COUNT(*) BY user.id | WHERE `COUNT(*)` > 1"), ["user.id"]);
    assert_eq!(
        names("FROM log | FORK (EVAL b = n | WHERE b == 2) (LOOKUP JOIN teams ON user.id | WHERE risk > 8)"),
        ["n", "user.id"]
    );
}

#[test]
fn a_field_is_absent_until_a_command_makes_a_column_of_its_name() {
    let query = "FROM log | WHERE user.name == \"a\" | STATS user.name = VALUES(user.name), c = COUNT(*)";
    let trace = explain(r#"{"n":1}"#, query);
    assert!(trace.closing.contains("user.name is absent"), "{}", trace.closing);
    assert_eq!(trace.stages[0].reads[0].name, "user.name");
    let query = "FROM log | STATS user.name = MAX(user.name) BY n | WHERE user.name == \"a\"";
    assert!(closing(r#"{"n":1}"#, query).contains("user.name is null"));
}

#[test]
fn fields_that_kql_names_are_told() {
    let query = r#"FROM log | WHERE KQL("""event.action: "x" and not nowhere.seen: 1 and n > 0""")"#;
    let trace = explain(r#"{"event":{"action":"y"},"n":1}"#, query);
    let wanted = "because KQL gives false: event.action is \"y\", nowhere.seen is absent, n is 1.";
    assert!(trace.closing.contains(wanted), "{}", trace.closing);
    assert_eq!(
        trace.stages[0].reads.iter().map(|cell| &*cell.name).collect::<Vec<_>>(),
        ["event.action", "nowhere.seen", "n"]
    );
}

#[test]
fn named_groups_of_a_grok_are_columns_of_its_own() {
    let query = r#"FROM log | GROK message "id (?<Esql.id>\\d+)" | WHERE Esql.id IS NOT NULL"#;
    let found = closing(r#"{"message":"no number"}"#, query);
    assert!(found.contains("Esql.id is null, since GROK in line 1 didn't match"), "{found}");
    let without = closing(r#"{"n":1}"#, query);
    assert!(without.contains("Esql.id is null, since GROK in line 1 had no text"), "{without}");
}

#[test]
fn a_lookup_that_found_nothing_is_the_reason() {
    for command in ["LOOKUP JOIN teams", "ENRICH people"] {
        let query = format!("FROM log | {command} ON user.id | WHERE team == \"red\"");
        let closing = explain_with_lists(r#"{"user":{"id":"b"}}"#, &query).closing;
        let keyword = command.rsplit_once(' ').unwrap().0;
        assert!(closing.contains(&format!("team is null, since {keyword} in line 1 found nothing")), "{closing}");
    }
}

#[test]
fn each_branch_without_a_row_says_why() {
    let trace =
        explain(r#"{"n":1}"#, "FROM log | FORK (WHERE n == 2) (STATS c = COUNT(*) BY n | WHERE c > 3) | KEEP n");
    assert!(trace.closing.contains("branch 1: WHERE in line 1 drops it, because n is 1, not 2"), "{}", trace.closing);
    assert!(trace.closing.contains("branch 2: it comes to the WHERE in line 1"), "{}", trace.closing);
    assert!(trace.closing.contains("c is 1, and > 3 is needed"), "{}", trace.closing);
    assert!(matches!(trace.outcome, Outcome::TooFew { .. }));
    let query = "FROM (FROM log | WHERE n == 2), (FROM log | WHERE n == 3) | WHERE n > 0";
    let closing = closing(r#"{"n":1}"#, query);
    assert!(closing.contains("not 2; branch 2: WHERE in line 1 drops it, because n is 1, not 3"), "{closing}");
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

/// A command that leaves every column that conditions read.
fn command() -> impl Strategy<Value = String> {
    let fixed = prop_oneof![
        Just("EVAL n = n + 1, m = MV_FIRST(user.name)"),
        Just("INLINE STATS c = COUNT(*), n = MAX(n) BY user.name"),
        Just(
            "STATS n = MAX(n), event.action = MAX(event.action), user.id = MAX(user.id), source.ip = MAX(source.ip) \
             BY user.name"
        ),
        Just("KEEP n, event.action, user.id, user.name, source.ip | DEDUP"),
        Just("CHANGE_POINT n ON n AS kind, p"),
        Just("ENRICH people ON user.id | WHERE risk IS NULL OR risk > n"),
        Just("LOOKUP JOIN teams ON user.id"),
        Just("LOOKUP JOIN teams ON user.id | WHERE team IS NULL OR risk > 100 OR n == 1"),
        Just("MV_EXPAND user.name"),
        Just("SORT user.id NULLS FIRST, n DESC | LIMIT 1"),
        Just("DISSECT user.id \"%{one} %{two}\" | WHERE one IS NULL OR two == \"b\""),
        Just("GROK event.action \"%{WORD:one} %{WORD:two}\""),
        Just("FILLNULL \"a\" ON user.id"),
        Just("RENAME n AS k | EVAL n = k * 2"),
        Just("WHERE user.id IN (FROM teams | KEEP user.id)"),
    ];
    prop_oneof![
        3 => fixed.prop_map(str::to_owned),
        1 => condition().prop_map(|condition| format!("WHERE {condition}")),
        1 => (condition(), condition())
            .prop_map(|(a, b)| format!("INLINE STATS most = MAX(n) WHERE {a} BY user.id | WHERE {b} OR most >= 2")),
    ]
}

/// Where the rows come from, and at most one FORK.
fn pipeline() -> impl Strategy<Value = String> {
    let source = prop_oneof![
        2 => Just("FROM log".to_owned()),
        1 => (condition(), condition())
            .prop_map(|(a, b)| format!("FROM (FROM log | WHERE {a}), (FROM log | WHERE {b} | EVAL n = n + 1)")),
    ];
    let commands = || proptest::collection::vec(command(), 0..3);
    let fork = (condition(), commands(), condition()).prop_map(|(a, inner, b)| {
        format!("FORK (WHERE {a}) ({} | WHERE {b})", [vec!["EVAL z = 1".into()], inner].concat().join(" | "))
    });
    (source, commands(), proptest::option::weighted(0.3, fork), commands()).prop_map(|(source, before, fork, after)| {
        [vec![source], before, fork.into_iter().collect(), after].concat().join(" | ")
    })
}

/// Each stage's verdict follows from its conditions, and each takes what the one before it gave.
fn consistent(stages: &[Stage]) -> bool {
    let follows = stages.windows(2).all(|pair| pair[1].rows_in == pair[0].rows_out);
    let inside = stages.iter().flat_map(|stage| &stage.branches).all(|branch| consistent(branch));
    follows
        && inside
        && stages.iter().filter(|stage| stage.keyword == "WHERE").all(|stage| {
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

    /// The same for all commands that rules are made of, over one event and several.
    #[test]
    fn the_verdict_is_the_engines_whatever_the_commands(
        events in proptest::collection::vec((value(), value(), value(), 0..4), 1..4), query in pipeline(),
    ) {
        let lines: Vec<String> = events.iter().map(|(name, action, id, n)| format!(
            r#"{{"user":{{"name":{name},"id":{id}}},"event":{{"action":{action}}},"source":{{"ip":"10.1.2.3"}},"n":{n}}}"#
        )).collect();
        let case = with_lists(&lines);
        let session = Session { default_limit: None, ..Session::default() };
        // As it does, fields that no event has are taken as absent.
        let prepared = session.prepare(&case.engine, &query).or_else(|_| {
            session.prepare(&case.engine, &format!("SET unmapped_fields=\"nullify\"; {query}"))
        });
        let traced = trace(&query, &case.engine, &session, lines.len());
        let Ok(prepared) = prepared else {
            prop_assert!(traced.is_err(), "{query}: the query is wrong");
            return Ok(());
        };
        let rows = prepared.collect(&case.engine).unwrap().rows().len();
        let trace = traced.unwrap();
        prop_assert_eq!(matches!(trace.outcome, Outcome::Rows(n) if n == rows), rows > 0, "{}\n{:#?}", query, trace.outcome);
        prop_assert!(consistent(&trace.stages), "{query}\n{lines:#?}\n{:#?}", trace.stages);
        prop_assert!(!trace.closing.contains("because ."), "{}", trace.closing);
    }
}
