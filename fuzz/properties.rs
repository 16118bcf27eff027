//! What must hold for any input: nothing panics, nothing runs on and on, and what is said of the input lies in it.
//!
//! The targets beside this file try it with a fuzzer; `crates/quarry/tests/any_input.rs` tries it on every run of the
//! tests.

#![allow(dead_code)]

use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use quarry::diagnostics::Diagnostic;
use quarry::functions::time::pattern::DatePattern;
use quarry::functions::{extract, text};
use quarry::{DataType, Engine, Session, syntax};
use quarry_sources::testing::Way;

/// Far more than any input of a few kilobytes needs, also on a slow machine.
const LONGEST: Duration = Duration::from_secs(10);

/// Any text is parsed to a tree, and every error is about a place in it.
pub(crate) fn parser(text: &str) {
    let parsed = within_time(text, || syntax::parse(text));
    parsed.errors.iter().for_each(|error| lies_in(error, text));
}

/// A query is printed so that it parses again and prints the same again.
pub(crate) fn formatter(text: &str) {
    if !syntax::parse(text).errors.is_empty() {
        return;
    }
    let Ok(once) = within_time(text, || syntax::format(text)) else { return };
    assert_eq!(syntax::parse(&once).errors, [], "{once}");
    assert_eq!(syntax::format(&once).as_ref(), Ok(&once), "{text}");
}

/// A record is read where `serde_json` reads it, and a string in it says the same, whichever way it is read.
pub(crate) fn json(bytes: &[u8]) {
    let read = |way| quarry_sources::testing::read(bytes, "a", DataType::Flattened, way);
    let ours = read(Way::Bytes);
    assert_eq!(read(Way::Tokens), ours, "{}", String::from_utf8_lossy(bytes));
    // What is passed over may be broken; what is read may not.
    if ours.is_some() {
        assert_eq!(read(Way::Passing), ours, "{}", String::from_utf8_lossy(bytes));
    }
    let Ok(tree) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
    let Some(object) = tree.as_object() else { return assert_eq!(ours, None) };
    let Some(ours) = ours else { panic!("refused: {}", String::from_utf8_lossy(bytes)) };
    // Of a key that stands twice, one reader keeps the first value and the other the last.
    let keys = bytes.windows(3).filter(|window| window == br#""a""#).count();
    if let (Some(theirs), 1, Some(text)) = (object.get("a"), keys, ours.as_str()) {
        assert_eq!(&serde_json::from_str::<serde_json::Value>(text).expect("the text of a value"), theirs);
    }
}

/// A pattern of DISSECT cuts a text into parts of it.
pub(crate) fn dissect(pattern: &str, text: &str) {
    let Ok(dissect) = extract::dissect::Dissect::new(pattern, " ") else { return };
    let mut parts = Vec::new();
    if within_time(pattern, || dissect.cut(text, &mut parts)) {
        parts.iter().for_each(|part| assert!(text.get(part.clone()).is_some(), "{pattern:?} {text:?}"));
    }
}

/// A pattern of GROK finds its fields or doesn't.
pub(crate) fn grok(pattern: &str, text: &str) {
    run(&format!("ROW m = {} | GROK m {}", literal(text), literal(pattern)));
}

/// Patterns of LIKE and RLIKE match or don't.
pub(crate) fn pattern(pattern: &str, text: &str) {
    within_time(pattern, || {
        if let Ok(wildcard) = text::wildcard::Wildcard::new(pattern) {
            let _ = wildcard.matches(text);
        }
        if let Ok(regex) = text::lucene::LuceneRegex::new(pattern) {
            let _ = regex.matches(text);
        }
    });
}

/// A date that is read prints as a date that is read the same.
pub(crate) fn date(text: &str) {
    if let Some(millis) = quarry_types::date::parse_millis(text, Some(&TimeZone::UTC)) {
        let printed = quarry_types::date::format_millis(millis);
        if (0..=9999).contains(&quarry_types::date::civil_from_days(quarry_types::date::day_of_millis(millis)).0) {
            assert_eq!(quarry_types::date::parse_millis(&printed, None), Some(millis), "{text:?}");
        }
    }
    let (pattern, text) =
        text.split_at(text.len() / 2 + (0..4).find(|i| text.is_char_boundary(text.len() / 2 + i)).unwrap_or(0));
    if let Ok(pattern) = DatePattern::new(pattern) {
        within_time(text, || pattern.parse_millis(text, &TimeZone::UTC));
    }
}

/// A KQL query is a condition, or is refused.
pub(crate) fn kql(text: &str) {
    run(&format!(r#"ROW a = 1, b.c = ["x", "y z"], d = "2024-01-02"::date | WHERE KQL({})"#, literal(text)));
    run(&format!(r#"ROW a = 1, b.c = ["x", "y z"], d = "2024-01-02"::date | WHERE QSTR({})"#, literal(text)));
}

/// The text as a string of the language.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c => literal.push(c),
        }
    }
    literal + "\""
}

fn run(query: &str) {
    let engine = Engine::empty();
    let session = Session { now_millis: 0, threads: 1, ..Session::default() };
    within_time(query, || match session.prepare(&engine, query) {
        Ok(prepared) => drop(prepared.collect(&engine)),
        Err(errors) => errors.iter().for_each(|error| lies_in(error, query)),
    });
}

fn lies_in(diagnostic: &Diagnostic, text: &str) {
    if let Some(span) = diagnostic.span {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?} of {text:?}");
    }
}

fn within_time<T>(input: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let outcome = work();
    assert!(start.elapsed() < LONGEST, "too slow: {input:?}");
    outcome
}
