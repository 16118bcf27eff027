//! MATCH, KQL and QSTR as filters over rows of constants.

#![allow(clippy::unwrap_used)]

use quarry::{Engine, Session};

const ROW: &str = r#"ROW n = 3, l = [10, 20], d = 2.5, k = ["web", "DB one"], ip = ["10.1.2.3", "1.1.1.1"]::ip,
    at = "2024-02-03T04:05:06Z"::datetime, v = "1.10.0"::version, b = true, t = TO_TEXT("Failed password for root"),
    a.b = "x*y", nothing = TO_STRING(null)"#;

/// Whether the row passes, and the warnings.
fn passes(condition: &str) -> bool {
    let query = format!("{ROW} | WHERE {condition} | KEEP n");
    let engine = Engine::empty();
    let prepared = Session::default().prepare(&engine, &query).unwrap_or_else(|e| panic!("{condition}: {e:?}"));
    let result = prepared.collect(&engine).unwrap_or_else(|e| panic!("{condition}: {e}"));
    assert_eq!(result.summary.warnings, Vec::<String>::new(), "{condition}");
    !result.rows().is_empty()
}

fn check(function: &str, yes: &[&str], no: &[&str]) {
    for (texts, expected) in [(yes, true), (no, false)] {
        for text in texts {
            let call = format!(r#"{function}("""{text}""")"#);
            assert_eq!(passes(&call), expected, "{call}");
            assert_eq!(passes(&format!("NOT {call}")), !expected, "NOT {call}");
        }
    }
}

fn problem(condition: &str) -> String {
    let query = format!("{ROW} | WHERE {condition}");
    format!("{:?}", Session::default().prepare(&Engine::empty(), &query).unwrap_err())
}

#[test]
fn kql_looks_at_any_value_of_a_field() {
    check(
        "KQL",
        &[
            "k: web",
            "k: \"DB one\"",
            "k: DB one",
            "k: w*",
            "k: *",
            "l >= 20 and l < 11",
            "n: (1 or 3)",
            "d: 2.5 and d > 2",
            "ip: \"10.0.0.0/8\" and ip: 1.1.1.1 and ip > \"9.0.0.0\"",
            "at: 2024-02 and at: \"2024-02-03T04:05\" and at >= \"2024\" and at <= 2024-02-03",
            "v: 1.10.0 and v > \"1.9.0\"",
            "b: true",
            "t: PASSWORD and t: \"password for\" and t: pass*",
            "a.*: x\\*y",
            "a: {b: \"x*y\"}",
            "web",
            "not nope: 1 and not nothing: *",
            "",
            "n: 1 or n: 3 and not k: mail",
        ],
        &[
            "k: WEB",
            "k: \"w*\"",
            "k: one",
            "n: 3.5",
            "n: x",
            "n > 3",
            "ip: 10.0.0.0",
            "at: 2024-03",
            "at > 2024-02-03",
            "b: false",
            "t: \"for password\"",
            "nope: *",
            "nope > 3",
            "nothing: x",
            "(n: 1 or n: 3) and k: mail",
        ],
    );
    assert!(passes(r#"KQL("k: WEB", {"case_insensitive": true})"#));
    assert!(passes(r#"KQL("web", {"default_field": "k"})"#) && !passes(r#"KQL("web", {"default_field": "t"})"#));
}

#[test]
fn query_strings_follow_lucene() {
    check(
        "QSTR",
        &[
            "k:web AND n:[1 TO 3]",
            "k:mail k:web",
            "+k:web -k:mail",
            "n:{2 TO 4} AND NOT n:{3 TO 4}",
            "k:/w.b/",
            "k:wob~1",
            "k:w?b",
            "_exists_:k AND *:*",
            "n:>=3 AND l:<11",
            "t:(login OR Password)",
            "\"DB one\"",
        ],
        &["k:mail AND n:3", "-k:web", "_exists_:nothing", "n:[4 TO *]", "k:/w/"],
    );
    assert!(!passes(r#"QSTR("k:web k:mail", {"default_operator": "AND"})"#));
}

#[test]
fn match_compares_by_the_type_of_the_field() {
    for condition in [
        r#"k : "web""#,
        r#"n : "3" AND n : 3 AND MATCH(d, "2.5") AND MATCH(ip, "10.1.2.3")"#,
        r#"MATCH(t, "login password") AND NOT MATCH(t, "login password", {"operator": "AND"})"#,
        r#"MATCH(t, "login root password", {"minimum_should_match": 2})"#,
        r#"MATCH(t, "pasword", {"fuzziness": 1}) AND MATCH(k, "webs", {"fuzziness": "AUTO"})"#,
        r#"MATCH_PHRASE(t, "PASSWORD for") AND NOT MATCH_PHRASE(k, "one")"#,
        r#"MULTI_MATCH("web", n, t, k) AND NOT MULTI_MATCH("nope", n, t, k)"#,
        r#"MATCH(t::string, "root") AND NOT MATCH(nothing, "x") AND NOT k : "x""#,
        r#"NOT MATCH(n, "x", {"lenient": true})"#,
    ] {
        assert!(passes(condition), "{condition}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    assert!(problem(r#"KQL("k: ")"#).contains("Invalid KQL query: expected a value, found the end"));
    assert!(problem(r#"QSTR("k:[1 2]")"#).contains("Invalid QSTR query: expected [TO]"));
    assert!(problem("KQL(n)").contains("must be [string]") || problem("KQL(n)").contains("must be a constant"));
    assert!(problem(r#"MATCH(n, "x", {"lenient": false})"#).contains("Cannot convert string [x] to [INTEGER]"));
    assert!(problem(r#"MATCH(n, 3, {"no": 1})"#).contains("Invalid option [no] in [MATCH("));
    assert!(problem("MATCH(n)").contains("function [match] expects exactly two arguments"));
    assert!(problem(r#"MATCH_PHRASE(n, "x")"#).contains("must be [string]"));
}

#[test]
fn a_term_for_every_field_a_thousand_times_is_refused_before_it_takes_all_memory() {
    let terms = "NOT ".repeat(50_000);
    assert!(problem(&format!("QSTR(\"{terms} x\")")).contains("50000 is the most"));
    let named = "n:3 OR ".repeat(2000);
    assert!(passes(&format!("QSTR(\"{named} n:1\")")));
}
