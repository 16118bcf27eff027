//! ENRICH and LOOKUP JOIN over plain documents: forms of ranges, and what is wrong with a query.

#![allow(clippy::unwrap_used)]

use quarry::{Engine, EngineOptions, Input, Mapping, Session};
use quarry_plan::catalog::{EnrichPolicy, PolicyKind};

const RANGES: &str = r#"{"age":{"gte":0,"lt":18},"group":"young"}
{"age":{"gt":17,"lte":65},"group":"grown"}
{"age":{"gte":60},"group":"old"}
"#;

const NETS: &str = r#"{"net":"10.0.0.0/8","zone":"inside"}
{"net":["10.1.0.0/16","192.168.0.0/16"],"zone":"office"}
{"net":{"gte":"10.1.2.3","lte":"10.1.2.9"},"zone":"desk"}
"#;

const PEOPLE: &str = r#"{"id":1,"name":"a","text":"x"}
{"id":2,"name":"b"}
{"id":2,"name":"c"}
{"id":[3,4],"name":"d"}
"#;

const MAPPING: &str =
    r#"{"mappings":{"properties":{"age":{"type":"integer_range"},"net":{"type":"ip_range"},"text":{"type":"text"}}}}"#;

fn engine(mapped: bool) -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<Input> = [("ages", RANGES), ("nets", NETS), ("people", PEOPLE)]
        .iter()
        .map(|(name, text)| {
            let path = folder.path().join(format!("{name}.ndjson"));
            std::fs::write(&path, text).unwrap();
            Input::named(*name, path.to_string_lossy())
        })
        .collect();
    let policy = |kind, index: &str, field: &str, new: &str| EnrichPolicy {
        kind,
        index: index.to_owned(),
        match_field: field.to_owned(),
        fields: vec![new.to_owned()],
    };
    let mut options = EngineOptions::default();
    if mapped {
        options.mappings.push((None, Mapping::parse(MAPPING).unwrap()));
    }
    options.policies = vec![
        ("by_age".to_owned(), policy(PolicyKind::Range, "ages", "age", "group")),
        ("by_net".to_owned(), policy(PolicyKind::Range, "nets", "net", "zone")),
        ("by_id".to_owned(), policy(PolicyKind::Match, "people", "id", "name")),
    ];
    (Engine::open(&inputs, options).unwrap(), folder)
}

fn last_column(engine: &Engine, query: &str) -> Vec<String> {
    let session = Session { now_millis: 0, threads: 2, ..Session::default() };
    let prepared = session.prepare(engine, query).unwrap_or_else(|e| panic!("{query}: {e:?}"));
    let result = prepared.collect(engine).unwrap_or_else(|e| panic!("{query}: {e}"));
    result.rows().iter().map(|row| row.last().map(ToString::to_string).unwrap_or_default()).collect()
}

#[test]
fn ranges_are_objects_and_texts_mapped_or_not() {
    for mapped in [true, false] {
        let (engine, _folder) = engine(mapped);
        let of = |query: &str| last_column(&engine, query).join(";");
        let ages = "ROW x = [3, 17, 18, 62, 99] | MV_EXPAND x | ENRICH by_age ON x | EVAL g = MV_SORT(group) | KEEP g";
        assert_eq!(of(ages), "young;young;grown;[grown, old];old", "mapped: {mapped}");
        let nets = r#"ROW x = ["10.1.2.4", "10.9.9.9", "192.168.1.1", "1.1.1.1"]::ip | MV_EXPAND x
                      | ENRICH by_net ON x WITH z = zone | EVAL z = MV_SORT(z) | KEEP z"#;
        assert_eq!(of(nets), "[desk, inside, office];inside;office;null", "mapped: {mapped}");
    }
}

#[test]
fn lists_match_in_policies_and_not_in_joins() {
    let (engine, _folder) = engine(false);
    let of = |query: &str| last_column(&engine, query).join(";");
    assert_eq!(of(r#"ROW x = [1, 4] | ENRICH by_id ON x | KEEP name"#), "[a, d]");
    assert_eq!(of(r#"ROW x = "2" | ENRICH by_id ON x | KEEP name"#), "[b, c]");
    assert_eq!(of("ROW id = [1, 2] | LOOKUP JOIN people ON id | KEEP name"), "null");
    assert_eq!(of("ROW id = [1, 2, 3] | MV_EXPAND id | LOOKUP JOIN people ON id | KEEP name"), "a;b;c;null");
    assert_eq!(of("ROW id = 2.0 | LOOKUP JOIN people ON id | KEEP name"), "b;c");
    assert_eq!(of(r#"ROW x = 1 | LOOKUP JOIN people ON x < id AND name != "c" | KEEP name"#), "b");
}

#[test]
fn what_is_wrong_is_said() {
    let (engine, _folder) = engine(true);
    for (query, message) in [
        ("ROW id = 1 | LOOKUP JOIN peopel ON id", "Unknown index [peopel], did you mean [people]?"),
        ("ROW x = 1 | LOOKUP JOIN people ON x", "Unknown column [x] in right side of join"),
        (
            "ROW id = \"1\" | LOOKUP JOIN people ON id",
            "JOIN left field [id] of type [KEYWORD] is incompatible with right field [id] of type [LONG]",
        ),
        (
            "ROW text = \"x\" | LOOKUP JOIN people ON text",
            "JOIN with right field [text] of type [TEXT] is not supported",
        ),
        ("ROW x = 1 | ENRICH nowhere ON x", "cannot find enrich policy [nowhere]"),
        (
            "ROW x = 1 | ENRICH by_id ON x WITH nam",
            "Enrich field [nam] not found in enrich policy [by_id], did you mean [name]?",
        ),
        (
            "ROW x = true | ENRICH by_age ON x",
            "Unsupported type [boolean] for enrich matching field [x]; only [keyword, text, ip, long, integer, float, double, datetime] allowed for type [range]",
        ),
        (
            "ROW x = 1 | FORK (EVAL y = 1) (EVAL y = \"a\")",
            "Column [y] has conflicting data types in FORK branches: [INTEGER] and [KEYWORD]",
        ),
        (
            "ROW x = 1 | FORK (WHERE x == 1) (WHERE x == 2) | FORK (WHERE x == 1) (WHERE x == 2)",
            "Only a single FORK command is supported, but found multiple",
        ),
        ("ROW x = \"a\", k = 1 | CHANGE_POINT x ON k", "change point value [x] must be numeric"),
        (
            "ROW x = \"a\" | STATS c = COUNT(*) BY LENGTH(CATEGORIZE(x))",
            "CATEGORIZE grouping function [CATEGORIZE(x)] can't be used within other expressions",
        ),
        ("ROW x = 1 | STATS x BY x", "grouping key [x] already specified in the STATS BY clause"),
        (
            "ROW x = 1 | STATS m = x BY l = x % 3",
            "column [x] cannot be used as an aggregate once declared in the STATS BY grouping key [l = x % 3]",
        ),
    ] {
        let errors = Session::default().prepare(&engine, query).expect_err(query);
        assert!(errors.iter().any(|e| e.message.starts_with(message)), "{query}: {errors:?}");
    }
}
