//! The properties that the fuzz targets look at, tried with what is likely to break them.

#![allow(clippy::unwrap_used)]

#[path = "../../../fuzz/properties.rs"]
mod properties;

use proptest::prelude::*;

/// Texts made of pieces that mean something where they are used.
fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(pieces).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

const DISSECT: &[&str] = &["%{", "}", "a", "b", "->", "?", "*", "&", "+", "/1", "/", " ", ",", "[", "é", "%"];
const GROK: &[&str] = &[
    "%{",
    "}",
    "WORD",
    "IP",
    "DATA",
    "GREEDYDATA",
    "NUMBER",
    ":a",
    ":b:int",
    "(",
    ")",
    "?<n>",
    "|",
    ".*",
    "+",
    "a",
    " ",
    "\\d",
    "[",
    "]",
    "^",
    "é",
];
const PATTERN: &[&str] = &[
    "a", "b", ".", "*", "+", "?", "{1,3}", "{9999}", "(", ")", "[a-c]", "[^", "]", "|", "\\", "\\d", "~", "&",
    "<1-100>", "@", "#", "\"", "é", "-",
];
const DATE: &[&str] = &[
    "2024",
    "-02",
    "-30",
    "T",
    "12",
    ":34",
    ":56",
    ".789",
    "Z",
    "+01:00",
    "yyyy",
    "MM",
    "dd",
    "'",
    "HH",
    "[",
    "]",
    "||",
    "epoch_millis",
    "9",
    "-",
    "é",
    "w",
    "e",
    "SSS",
    "+10000",
];
const KQL: &[&str] = &[
    "a", "b.c", "d", ":", " ", "and ", "or ", "not ", "(", ")", "*", "\"", ">=", "<", "1", "x", "2024", "now-1d", "{",
    "}", "\\", "é", "[1 TO 2]", "+", "~", "^2",
];
const JSON: &[&str] = &[
    "{", "}", "[", "]", "\"a\"", ":", ",", "1", "-0", ".5", "e9", "true", "null", "\"", "\\u00e9", "\\ud83d", "\\n",
    " ", "\n", "\u{e9}", "\\",
];
const QUERY: &[&str] = &[
    "FROM x",
    " | ",
    "WHERE ",
    "EVAL ",
    "a",
    " = ",
    "1",
    "\"",
    "\"\"\"",
    "(",
    ")",
    "STATS ",
    " BY ",
    "c(*)",
    ", ",
    "KEEP ",
    "`",
    "//",
    "/*",
    "\n",
    "IN ",
    "?",
    "-",
    "::",
    "[",
    "{",
    "é",
    "SET x = 1;",
    "::ip",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn queries_are_parsed_and_printed(text in pieces(QUERY)) {
        properties::parser(&text);
        properties::formatter(&text);
    }

    #[test]
    fn records_are_read_as_serde_reads_them(text in pieces(JSON)) {
        properties::json(text.as_bytes());
        properties::json(format!("{{\"a\":{text}}}").as_bytes());
    }

    #[test]
    fn bytes_that_are_no_text_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        properties::json(&bytes);
        properties::json(&[b"{\"a\":\"".as_slice(), &bytes, b"\"}"].concat());
    }

    #[test]
    fn dissect_patterns_cut(pattern in pieces(DISSECT), text in pieces(DISSECT)) {
        properties::dissect(&pattern, &text);
    }

    #[test]
    fn wildcards_and_expressions_match(pattern in pieces(PATTERN), text in pieces(PATTERN)) {
        properties::pattern(&pattern, &text);
    }

    #[test]
    fn dates_are_read(text in pieces(DATE)) {
        properties::date(&text);
    }

    #[test]
    fn searches_are_conditions(text in pieces(KQL)) {
        properties::kql(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn grok_patterns_find(pattern in pieces(GROK), text in pieces(GROK)) {
        properties::grok(&pattern, &text);
    }
}
