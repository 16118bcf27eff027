//! The extraction against a simple one over a tree of `serde_json`.

use proptest::prelude::*;
use quarry_types::{ColumnBuilder, DataType, Value};
use serde_json::Value as Json;

use super::*;

/// Values of one column, read from a document.
fn read(document: &str, path: &str, data_type: DataType) -> Result<(Value, usize), crate::json::Fail> {
    let rule = Rule::new(path, data_type);
    let mut paths = Paths::new();
    paths.add(path, 0, rule.convert == Convert::Json);
    let mut finds = Finds::new(1, &paths);
    let end = walk(document.as_bytes(), &paths, 1000, &mut finds)?;
    assert_eq!(end, document.trim_end().len());
    let mut builder = ColumnBuilder::new(data_type);
    let mut misfits = 0;
    Row::default().push(&mut builder, &rule, &finds.columns[0], document, &Empty::default(), &mut |_| misfits += 1);
    builder.finish_row();
    Ok((builder.finish().value(0), misfits))
}

fn value(document: &str, path: &str, data_type: DataType) -> Value {
    read(document, path, data_type).unwrap().0
}

#[test]
fn nested_and_dotted_names_are_one_field() {
    for document in [
        r#"{"a":{"b":{"c":"x"}}}"#,
        r#"{"a.b.c":"x"}"#,
        r#"{"a.b":{"c":"x"}}"#,
        r#"{"a":{"b.c":["x"]}}"#,
        r#"{"other":{"b":{"c":1}},"a":[{"b":[[{"c":"x"}]]},{"b":null}]}"#,
        r#"{"\u0061":{"b":{"\u0063":"x"}}}"#,
    ] {
        assert_eq!(value(document, "a.b.c", DataType::Keyword), "x".into(), "{document}");
    }
    let both = r#"{"a.b":{"c":"y"},"a":{"b.c":"x","b":{"c":["z",["y"]]}}}"#;
    assert_eq!(value(both, "a.b.c", DataType::Keyword), Value::List(vec!["x".into(), "y".into(), "z".into()]));
}

#[test]
fn values_are_converted_to_the_wanted_type() {
    let document = r#"{"n":1.9,"s":"7","t":true,"f":"","ts":"2024-01-01T00:00:00Z","ms":1704067200000,"ip":"::ffff:1.2.3.4",
        "v":["1.10.0","1.9.0","1.9.0"],"o":{"x":1,"y":[null]},"e":{},"u":"\ud83d\ude00","big":18446744073709551615}"#;
    let is = |path: &str, data_type: DataType| value(document, path, data_type);
    assert_eq!(is("n", DataType::Long), 1_i64.into());
    assert_eq!(is("n", DataType::Integer), 1.into());
    assert_eq!(is("n", DataType::Double), 1.9.into());
    assert_eq!(is("n", DataType::Keyword), "1.9".into());
    assert_eq!(is("s", DataType::Long), 7_i64.into());
    assert_eq!(is("t", DataType::Keyword), "true".into());
    assert_eq!(is("f", DataType::Boolean), false.into());
    assert_eq!(is("f", DataType::Long), Value::Null);
    assert_eq!(is("ts", DataType::Date), Value::Date(1_704_067_200_000));
    assert_eq!(is("ms", DataType::Date), Value::Date(1_704_067_200_000));
    assert_eq!(is("ts", DataType::DateNanos), Value::DateNanos(1_704_067_200_000_000_000));
    assert_eq!(is("ip", DataType::Ip).to_string(), "1.2.3.4");
    assert_eq!(is("v", DataType::Version), Value::List(vec!["1.9.0".into(), "1.10.0".into()]));
    assert_eq!(is("o", DataType::Flattened), r#"{"x":1,"y":[null]}"#.into());
    assert_eq!(is("v", DataType::Flattened), r#"["1.10.0","1.9.0","1.9.0"]"#.into());
    assert_eq!(is("s", DataType::Flattened), r#""7""#.into());
    assert_eq!(is("e", DataType::Flattened), Value::Null);
    assert_eq!(is("u", DataType::Keyword), "\u{1F600}".into());
    assert_eq!(is("big", DataType::UnsignedLong), Value::UnsignedLong(u64::MAX));
    assert_eq!(is("absent", DataType::Keyword), Value::Null);
    assert_eq!(is("n", DataType::Unsupported), Value::Null);
}

#[test]
fn a_value_that_does_not_fit_is_left_out() {
    assert_eq!(
        read(r#"{"a":["x",3,"4",{"b":1},true]}"#, "a", DataType::Long).unwrap(),
        (Value::List(vec![3_i64.into(), 4_i64.into()]), 3)
    );
    assert_eq!(read(r#"{"a":{"b":1}}"#, "a", DataType::Keyword).unwrap(), (Value::Null, 1));
    assert_eq!(read(r#"{"a":3000000000}"#, "a", DataType::Integer).unwrap(), (Value::Null, 1));
    assert_eq!(read(r#"{"a":[null,[],{}]}"#, "a", DataType::Keyword).unwrap(), (Value::Null, 0));
}

#[test]
fn points_are_read_in_their_forms() {
    for document in [r#"{"a":{"lat":1.5,"lon":-2}}"#, r#"{"a":"1.5,-2"}"#, r#"{"a":[-2.0,1.5]}"#] {
        assert_eq!(value(document, "a", DataType::GeoPoint), "POINT (-2.0 1.5)".into(), "{document}");
    }
    for document in [r#"{"a":"POINT (1 2)"}"#, r#"{"a":{"type":"Point","coordinates":[1,2]}}"#] {
        assert_eq!(value(document, "a", DataType::GeoPoint), "POINT (1.0 2.0)".into(), "{document}");
        assert_eq!(value(document, "a", DataType::GeoShape), "POINT (1.0 2.0)".into(), "{document}");
    }
    assert_eq!(read(r#"{"a":"somewhere"}"#, "a", DataType::GeoShape).unwrap().1, 1);
    assert_eq!(read(r#"{"a":"somewhere"}"#, "a", DataType::GeoPoint).unwrap().1, 1);
}

#[test]
fn a_key_that_stands_twice_is_noticed() {
    let mut paths = Paths::new();
    paths.add("a.b", 0, false);
    let mut finds = Finds::new(1, &paths);
    for (document, twice) in [
        (r#"{"a":{"b":1},"a":{"b":2}}"#, true),
        (r#"{"a":{"b":1,"b":2}}"#, true),
        (r#"{"a.b":1,"a.b":2}"#, true),
        (r#"{"a":[{"b":1},{"b":2}]}"#, false),
        (r#"{"a.b":1,"a":{"b":2}}"#, false),
        (r#"{"c":1,"c":2}"#, false),
    ] {
        walk(document.as_bytes(), &paths, 10, &mut finds).unwrap();
        assert_eq!(finds.duplicates, twice, "{document}");
    }
}

#[test]
fn depth_is_bounded_along_wanted_paths() {
    let mut paths = Paths::new();
    paths.add("a", 0, false);
    let mut finds = Finds::new(1, &paths);
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    assert!(walk(deep.as_bytes(), &paths, 1000, &mut finds).is_err());
    let fits = format!(r#"{{"a":{}1{}}}"#, "[".repeat(999), "]".repeat(999));
    assert_eq!(walk(fits.as_bytes(), &paths, 1000, &mut finds), Ok(fits.len()));
}

#[test]
fn the_end_of_a_line_is_found_by_walking_it() {
    let mut paths = Paths::new();
    paths.add("a", 0, false);
    let mut finds = Finds::new(1, &paths);
    let mut tokens = Tokens::new(false);
    let lines = "{\"a\":1}\r\n{\"b\":{\"a\":[\"x\\n\",{}]},\"a\":null}\n".repeat(5000);
    let (mut at, mut found) = (0, 0);
    while let Some((end, length)) = tokens.walk_line(&lines.as_bytes()[at..], at as u64, &paths, 100, &mut finds) {
        assert_eq!(lines.as_bytes()[at + end - 1], b'}');
        at += length + 1;
        found += 1;
    }
    let can = crate::json::index(b"", false, &mut Vec::new()).is_some();
    assert_eq!((at, found), if can { (lines.len(), 10_000) } else { (0, 0) });
}

/// What the extraction should find, by a tree.
fn simple(json: &Json, parts: &[&str], found: &mut Vec<String>) {
    match json {
        Json::Array(elements) => elements.iter().for_each(|element| simple(element, parts, found)),
        Json::Object(members) if !parts.is_empty() => {
            for (key, inner) in members {
                let key: Vec<&str> = key.split('.').collect();
                if parts.starts_with(&key) {
                    simple(inner, &parts[key.len()..], found);
                }
            }
        }
        Json::String(text) if parts.is_empty() => found.push(text.clone()),
        Json::Bool(_) | Json::Number(_) if parts.is_empty() => found.push(json.to_string()),
        _ => {}
    }
}

fn documents() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "[a-c\"\\\\\n\u{e9}\u{1F600} ]{0,12}".prop_map(Json::from),
    ];
    let key = prop_oneof!["[ab]", "[ab]\\.[ab]", "[a-c\"\u{e9}]{1,3}"];
    let tree = leaf.prop_recursive(5, 48, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    });
    proptest::collection::btree_map(prop_oneof!["[ab]", "[ab]\\.[ab]"], tree, 0..5)
        .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into())
}

proptest! {
    #[test]
    fn extraction_agrees_with_a_tree(document in documents(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let text = text.unwrap();
        for path in ["a", "b", "a.b", "b.a", "a.a.b"] {
            let parts: Vec<&str> = path.split('.').collect();
            let mut expected = Vec::new();
            simple(&document, &parts, &mut expected);
            expected.sort();
            expected.dedup();
            let expected = Value::from_elements(expected.into_iter().map(Value::String).collect());
            prop_assert_eq!(value(&text, path, DataType::Keyword), expected, "{} in {}", path, text);
        }
    }

    #[test]
    fn tokens_and_bytes_are_walked_alike(
        documents in proptest::collection::vec((documents(), any::<bool>()), 1..6),
        damage in proptest::option::of((any::<proptest::sample::Index>(), any::<u8>())),
    ) {
        let mut bytes = Vec::new();
        for (document, pretty) in &documents {
            let text = if *pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) };
            bytes.extend_from_slice(text.unwrap().as_bytes());
            bytes.push(b'\n');
        }
        if let Some((at, byte)) = damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut paths = Paths::new();
        for (column, path) in ["a", "b", "a.b", "b.a", "a.a.b"].iter().enumerate() {
            paths.add(path, column as u32, column == 2);
        }
        let (mut by_bytes, mut by_tokens) = (Finds::new(5, &paths), Finds::new(5, &paths));
        for strict in [true, false] {
            let mut tokens = Tokens::new(strict);
            let mut at = 0;
            while at < bytes.len() {
                let expected = walk(&bytes[at..], &paths, 100, &mut by_bytes);
                let found = tokens.walk(&bytes[at..], at as u64, &paths, 100, &mut by_tokens);
                if strict || expected.is_ok() {
                    prop_assert_eq!(found, expected, "at {} of {:?}", at, String::from_utf8_lossy(&bytes));
                    prop_assert_eq!(&by_tokens.columns, &by_bytes.columns);
                    prop_assert_eq!(by_tokens.duplicates, by_bytes.duplicates);
                }
                at += expected.map_or(1, |end| end + 1);
            }
        }
    }

    #[test]
    fn a_line_is_walked_whether_or_not_its_end_was_looked_for(
        lines in proptest::collection::vec((documents(), "[ \r]{0,2}|,|x|\\{\\}"), 1..40),
        damage in proptest::option::of((any::<proptest::sample::Index>(), any::<u8>())),
    ) {
        let mut bytes = Vec::new();
        for (document, after) in &lines {
            bytes.extend_from_slice(serde_json::to_string(document).unwrap().as_bytes());
            bytes.extend_from_slice(after.as_bytes());
            bytes.push(b'\n');
        }
        if let Some((at, byte)) = damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut paths = Paths::new();
        for (column, path) in ["a", "b", "a.b", "b.a", "a.a.b"].iter().enumerate() {
            paths.add(path, column as u32, column == 2);
        }
        let (mut by_bytes, mut by_tokens) = (Finds::new(5, &paths), Finds::new(5, &paths));
        let mut tokens = Tokens::new(true);
        let mut at = 0;
        while let Some(length) = memchr::memchr(b'\n', &bytes[at..]) {
            let line = &bytes[at..at + length];
            let expected = walk(line, &paths, 100, &mut by_bytes).ok();
            let rest = |end: usize| line[end..].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
            let expected = expected.filter(|end| rest(*end)).map(|end| (end, length));
            let found = tokens.walk_line(&bytes[at..], at as u64, &paths, 100, &mut by_tokens);
            if found.is_some() {
                prop_assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(line));
                prop_assert_eq!(&by_tokens.columns, &by_bytes.columns);
                prop_assert_eq!(by_tokens.duplicates, by_bytes.duplicates);
            }
            at += length + 1;
        }
    }

    #[test]
    fn what_nobody_reads_must_have_brackets_and_strings_that_fit(inner in "[\\[\\]{}:,\"a1 ]{0,12}") {
        let text = format!("{{\"x\":{{\"k\":[{inner}]}},\"a\":1}}");
        let mut paths = Paths::new();
        paths.add("a", 0, false);
        let mut finds = Finds::new(1, &paths);
        let good = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        let mut read = |strict| Tokens::new(strict).walk(text.as_bytes(), 0, &paths, 100, &mut finds) == Ok(text.len());
        prop_assert_eq!(read(true), good, "{}", text);
        prop_assert!(read(false) || !good, "{}", text);
    }

    #[test]
    fn a_cut_document_is_never_taken_as_whole(document in documents(), cut in any::<proptest::sample::Index>()) {
        let text = serde_json::to_string(&document).unwrap();
        let mut paths = Paths::new();
        paths.add("a.b", 0, false);
        let mut finds = Finds::new(1, &paths);
        let end = cut.index(text.len());
        prop_assert_eq!(walk(&text.as_bytes()[..end], &paths, 1000, &mut finds), Err(crate::json::Fail::Incomplete));
        prop_assert_eq!(walk(text.as_bytes(), &paths, 1000, &mut finds), Ok(text.len()));
    }

    #[test]
    fn random_bytes_are_judged_as_serde_judges_them(bytes in "\\{[\\[\\]{},:\"a1.e\\-+ntrufals\\\\ ]{0,30}\\}") {
        let ours = crate::json::skip_value(bytes.as_bytes(), 0, 100) == Ok(bytes.len());
        let mut paths = Paths::new();
        paths.add("a", 0, false);
        let walked = walk(bytes.as_bytes(), &paths, 100, &mut Finds::new(1, &paths)) == Ok(bytes.len());
        prop_assert_eq!(ours, walked);
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&bytes).is_ok();
        prop_assert_eq!(ours, theirs, "{}", bytes);
    }
}
