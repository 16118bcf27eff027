//! The same rows come out with several threads as with one, and with literals looked for before parsing as without.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::Path;

use quarry::{Engine, EngineOptions, Input, Session};

/// Repeatable numbers.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn session(threads: usize, prefilter: bool) -> Session {
    Session { now_millis: 1_700_000_000_000, threads, prefilter, default_limit: None, ..Session::default() }
}

/// An engine over `logs`, cut into small parts, and the small index `hosts`.
fn engine(folder: &Path) -> Engine {
    let mut numbers = Numbers(1);
    let mut logs = String::new();
    for n in 0..5000 {
        let (host, size, kind) = (numbers.next(40), numbers.next(100_000), numbers.next(4));
        let tags = match numbers.next(3) {
            0 => "\"a\"".to_owned(),
            1 => "[\"a\",\"b\"]".to_owned(),
            _ => "null".to_owned(),
        };
        writeln!(logs, r#"{{"n":{n},"host":"h{host}","size":{size},"kind":"k{kind}","tags":{tags}}}"#).unwrap();
    }
    let mut hosts = String::new();
    for host in 0..30 {
        writeln!(hosts, r#"{{"host":"h{host}","zone":"z{}","limit":{}}}"#, host % 7, host * 3000).unwrap();
        if host % 10 == 0 {
            writeln!(hosts, r#"{{"host":"h{host}","zone":"second","limit":0}}"#).unwrap();
        }
    }
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        Input::named(name.trim_end_matches(".ndjson"), path.to_string_lossy())
    };
    let inputs = [write("logs.ndjson", &logs), write("hosts.ndjson", &hosts)];
    Engine::open(&inputs, EngineOptions { split_bytes: 4096, ..EngineOptions::default() }).unwrap()
}

fn rows(engine: &Engine, session: &Session, query: &str) -> (Vec<String>, Vec<String>) {
    let prepared = session.prepare(engine, query).unwrap_or_else(|e| panic!("{query}: {e:?}"));
    let result = prepared.collect(engine).unwrap_or_else(|e| panic!("{query}: {e}"));
    let rows = result.rows().iter().map(|row| format!("{row:?}")).collect();
    (rows, result.summary.warnings)
}

/// A scan that reads the first of several fields gives what COALESCE makes of them; the second query of each pair keeps
/// them, so that it reads them all.
#[test]
fn the_first_of_several_fields_is_what_coalesce_gives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.ndjson");
    let values = ["null", "\"\"", "\"x\"", "[]", "[null]", "[\"b\",\"a\",\"a\"]", "{\"o\":1}", "7", "true"];
    let mut logs = String::new();
    for a in values {
        for b in values {
            writeln!(logs, r#"{{"a":{a},"b":{b},"c":{{"d":"last"}}}}"#).unwrap();
            writeln!(logs, r#"{{"b":{b},"c.d":"last"}}"#).unwrap();
        }
    }
    std::fs::write(&path, logs).unwrap();
    let engine = Engine::open(&[Input::named("logs", path.to_string_lossy())], EngineOptions::default()).unwrap();
    for (first, fields) in [("a, b, c.d", "a, b, c.d"), ("b, a", "a, b"), ("c.d, a", "a, c.d"), ("a, a", "a")] {
        let coalesce = format!("FROM logs | EVAL x = COALESCE({first}), y = LENGTH(x)");
        let alone = rows(&engine, &session(2, true), &format!("{coalesce} | KEEP x, y"));
        let beside = rows(&engine, &session(2, true), &format!("{coalesce} | KEEP x, y, {fields}"));
        let plan = session(2, true).prepare(&engine, &format!("{coalesce} | KEEP x, y")).unwrap().explain();
        assert_eq!(plan.contains("the first of ("), first != "a, a", "{plan}");
        assert_eq!(alone.0.len(), beside.0.len());
        for (alone, beside) in alone.0.iter().zip(&beside.0) {
            assert!(beside.starts_with(alone.trim_end_matches(']')), "{first}: {alone} of {beside}");
        }
        assert_eq!(alone.1, beside.1, "{first}");
    }
}

#[test]
fn threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    for query in [
        "FROM logs",
        "FROM logs | WHERE size > 50000 | EVAL x = size / (n % 3) | KEEP n, x",
        "FROM logs | LIMIT 700",
        "FROM logs | SORT size DESC, n | LIMIT 50",
        "FROM logs | SORT host, size | KEEP host, size",
        "FROM logs | STATS c = COUNT(*), s = SUM(size), v = VALUES(kind), d = COUNT_DISTINCT(host) BY tags",
        "FROM logs | STATS m = MEDIAN(size), a = AVG(size), f = MAX(n) WHERE kind == \"k1\" BY host | SORT host",
        "FROM logs | INLINE STATS top = MAX(size) BY host | WHERE size == top | KEEP n, host",
        "FROM logs | INLINE STATS c = COUNT(*) BY tags | WHERE n < 500 | KEEP n, tags, c",
        "FROM logs | MV_EXPAND tags | STATS c = COUNT(*) BY tags, kind | SORT tags, kind",
        "FROM logs | LOOKUP JOIN hosts ON host | KEEP n, host, zone",
        "FROM logs | LOOKUP JOIN hosts ON host | STATS c = COUNT(*) BY zone | SORT zone",
        "FROM logs | RENAME host AS h | WHERE n < 300 | LOOKUP JOIN hosts ON h == host AND size > limit | KEEP n, zone",
        "FROM logs | WHERE n < 40 | LOOKUP JOIN hosts ON size < limit | KEEP n, zone",
        "FROM logs | EVAL host = tags | LOOKUP JOIN hosts ON host | STATS c = COUNT(*), z = COUNT(zone)",
        "FROM logs | SAMPLE 0.1 | KEEP n",
        "FROM logs | SORT n | LIMIT 900 | SAMPLE 0.5 | KEEP n",
        "FROM logs | FORK (WHERE n < 10) (STATS c = COUNT(*) BY kind | SORT kind) | KEEP _fork, n, c, kind",
        "FROM logs | LIMIT 3 BY host, kind | KEEP n",
        "FROM logs | KEEP kind, tags | DEDUP",
        "FROM logs | STATS c = COUNT(*) BY g = CATEGORIZE(kind)",
        "FROM logs | STATS s = SUM(size) BY b = n / 100 | CHANGE_POINT s ON b",
    ] {
        let alone = rows(&engine, &session(1, true), query);
        assert!(!alone.0.is_empty(), "{query}");
        assert_eq!(alone, rows(&engine, &session(2, true), query), "{query}");
        assert_eq!(alone, rows(&engine, &session(5, true), query), "{query}");
    }
}

#[test]
fn looking_for_literals_first_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.ndjson");
    // The same few texts, written in every way that JSON has.
    let texts = [
        "alpha/beta",
        "alpha\\/beta",
        "\\u0061lpha/beta",
        "alph\\u0061\\/beta",
        "say \\\"alpha\\\"",
        "\\u005c\\u0022alpha",
        "C:\\\\alpha\\\\beta",
        "caf\\u00e9",
        "café",
        "tab\\talpha",
        "\\ud83d\\ude00 alpha",
        "😀 alpha",
        "ALPHA",
        "",
    ];
    let mut logs = String::new();
    for (n, text) in texts.iter().enumerate() {
        writeln!(logs, r#"{{"n":{n},"m":"{text}","o":{{"p":"{text}"}}}}"#).unwrap();
        writeln!(logs, r#"{{"n":{n},"\u006d":"{text}","list":["x","{text}"]}}"#).unwrap();
    }
    std::fs::write(&path, logs).unwrap();
    let engine = Engine::open(&[Input::named("logs", path.to_string_lossy())], EngineOptions::default()).unwrap();
    for condition in [
        r#"m == "alpha/beta""#,
        r#"m == "say \"alpha\"""#,
        r#"m == "C:\\alpha\\beta""#,
        r#"m == "café" OR m == "alpha/beta""#,
        r#"m IN ("😀 alpha", "café")"#,
        r#"m LIKE "*alpha*""#,
        r#"m LIKE "*alpha/*" AND o.p IS NOT NULL"#,
        r#"STARTS_WITH(m, "alpha")"#,
        r#"ENDS_WITH(m, "beta")"#,
        r#"CONTAINS(m, "\"alpha")"#,
        r#"o.p == "alpha/beta""#,
        r#"list == "alpha/beta""#,
        r#"MV_CONTAINS(list, "alpha/beta")"#,
        r#"NOT m == "alpha/beta""#,
        r#"m != "alpha/beta""#,
        r#"TO_LOWER(m) == "alpha""#,
        r#"m == "nowhere""#,
    ] {
        let query = format!("FROM logs | WHERE {condition} | KEEP n, m");
        let with = rows(&engine, &session(1, true), &query);
        let without = rows(&engine, &session(1, false), &query);
        assert_eq!(with, without, "{query}");
    }
}

#[test]
fn passing_over_documents_without_a_field_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.ndjson");
    let mut logs = String::new();
    for n in 0..64 {
        let mut event = serde_json::Map::new();
        event.insert("n".into(), n.into());
        let values: [(&str, serde_json::Value); 6] = [
            ("a", "x".into()),
            ("b", serde_json::json!([])),
            ("o", serde_json::json!({"p": n % 3})),
            ("o.p", serde_json::Value::Null),
            ("size", serde_json::json!([n, 7])),
            ("a", serde_json::Value::Null),
        ];
        for (bit, (name, value)) in values.into_iter().enumerate() {
            if n >> bit & 1 == 1 {
                event.insert(name.to_owned(), value);
            }
        }
        writeln!(logs, "{}", serde_json::Value::from(event)).unwrap();
    }
    writeln!(logs, r#"{{"n":64,"a":"x","b":"y","size":1,"o":{{"p":1}}}}"#).unwrap();
    std::fs::write(&path, logs).unwrap();
    let engine = Engine::open(&[Input::named("logs", path.to_string_lossy())], EngineOptions::default()).unwrap();
    let mut least = usize::MAX;
    for condition in [
        "a IS NOT NULL",
        "NOT a == \"y\"",
        "b IS NOT NULL OR o.p IS NOT NULL",
        "COALESCE(b, a, null) IS NOT NULL",
        "CASE(n > 10, a, b) IS NOT NULL",
        "CASE(n > 10, a, \"z\") == \"z\"",
        "CASE(a IS NULL, TO_STRING(o.p)) != \"1\"",
        "size > 20 AND (a IN (\"x\", null) OR o.p < 2)",
        "NOT (a LIKE \"y*\" OR o.p == 1)",
        "o.p IS NULL AND size IS NOT NULL",
        "TO_LOWER(a) == b OR n == 64",
        "a == \"x\" AND 1 > 2",
        "a == null OR STARTS_WITH(b, \"y\")",
        "a == \"y\" OR b == \"y\"",
        "(a IN (\"x\", \"z\") AND n < 20) OR (b == \"y\" AND size == 1) OR a == \"w\"",
        "a == \"x\" OR b LIKE \"y*\" OR n == 3",
    ] {
        let query = format!("FROM logs | WHERE {condition} | KEEP n, a, b");
        let with = rows(&engine, &session(1, true), &query);
        assert_eq!(with, rows(&engine, &session(1, false), &query), "{query}");
        least = least.min(with.0.len());
    }
    assert_eq!(least, 0, "the condition that never holds");
}

#[test]
fn what_failed_was_not_told_where_a_limit_ended_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    for query in [
        "FROM logs | EVAL x = TO_IP(kind) | KEEP x | LIMIT 3",
        "FROM logs | EVAL x = TO_IP(kind) | WHERE x IS NULL | LIMIT 700",
        "FROM (FROM logs | EVAL x = TO_IP(kind) | KEEP x), (FROM hosts | KEEP host) | LIMIT 3",
    ] {
        let told = [1, 4].map(|threads| rows(&engine, &session(threads, true), query).1);
        assert!(told[0].iter().any(|text| text.contains("is not an IP string literal")), "{query}: {told:?}");
        assert_eq!(told[0], told[1], "{query}");
    }
}
