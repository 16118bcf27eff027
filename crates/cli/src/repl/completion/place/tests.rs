use super::*;

fn expected(head: &str) -> Expected {
    place(head).expected
}

fn value(field: &str, comparison: Comparison) -> Expected {
    Expected::Value { field: field.to_owned(), comparison }
}

#[test]
fn commands_by_position() {
    assert_eq!(expected(""), Expected::Command { source: true });
    assert_eq!(expected("FR"), Expected::Command { source: true });
    assert_eq!(expected("FROM a | "), Expected::Command { source: false });
    assert_eq!(expected("FROM a | FORK ("), Expected::Command { source: false });
    assert_eq!(expected("FROM ("), Expected::Command { source: true });
    let two_words = place("FROM a | LOOKUP J");
    assert_eq!((two_words.word, two_words.expected), ("LOOKUP J", Expected::Command { source: false }));
    assert_eq!(expected("FROM a | WHERE x // "), Expected::Nothing);
}

#[test]
fn sources_metadata_and_names() {
    assert_eq!(expected("FROM "), Expected::Index);
    assert_eq!(expected("FROM a, lo"), Expected::Index);
    assert_eq!(expected("FROM a "), Expected::Words(&["METADATA"]));
    assert_eq!(expected("FROM a METADATA _id, _"), Expected::Metadata);
    assert_eq!(expected("FROM a | KEEP x, ev"), Expected::Name);
    assert_eq!(expected("FROM a | LOOKUP JOIN b ON "), Expected::Name);
    assert_eq!(expected("FROM a | ENRICH p "), Expected::Words(&["ON", "WITH"]));
    assert_eq!(expected("SET "), Expected::Setting);
    assert_eq!(expected("SET time_zone = "), Expected::SettingValue("time_zone".into()));
}

#[test]
fn values_where_a_field_is_compared() {
    let equal = value("event.action", Comparison::Equal);
    assert_eq!(expected("FROM a | WHERE event.action == "), equal);
    assert_eq!(expected("FROM a | WHERE event.action == \"Get Ob"), equal);
    assert_eq!(expected("FROM a | WHERE x > 1 AND event.action != \"Ge"), equal);
    assert_eq!(expected("FROM a | WHERE event.action IN (\"a\", "), equal);
    assert_eq!(expected("FROM a | WHERE event.action NOT IN ("), equal);
    assert_eq!(expected("FROM a | WHERE event.action : "), equal);
    assert_eq!(expected("FROM a | WHERE `event.action` LIKE \""), value("`event.action`", Comparison::Like));
    assert_eq!(expected("FROM a | WHERE STARTS_WITH(event.action, \"G"), equal);
    assert_eq!(expected("FROM a | WHERE TO_LOWER(x) == "), Expected::Expression { aggregates: false, grouping: false });
}

#[test]
fn expressions_and_what_follows_them() {
    assert_eq!(expected("FROM a | STATS "), Expected::Expression { aggregates: true, grouping: false });
    assert_eq!(expected("FROM a | STATS n = COUNT(*) BY "), Expected::Expression { aggregates: false, grouping: true });
    assert_eq!(expected("FROM a | STATS n = COUNT(*) "), Expected::Words(AFTER_AGGREGATE));
    assert_eq!(expected("FROM a | SORT x "), Expected::Words(AFTER_SORT_KEY));
    assert_eq!(expected("FROM a | WHERE x "), Expected::Words(COMPARISONS));
    assert_eq!(expected("FROM a | WHERE x IS "), Expected::Words(&["NULL", "NOT NULL"]));
    assert_eq!(expected("FROM a | STATS n = COUNT(*) BY BUCKET(@timestamp, 1 "), Expected::Unit);
    assert_eq!(expected("FROM a | EVAL y = x::"), Expected::Type);
    assert_eq!(expected("FROM a | LIMIT "), Expected::Nothing);
}

#[test]
fn after_a_comparison_another_operator_was_offered() {
    for head in [
        "FROM a | WHERE x == \"y\" ",
        "FROM a | WHERE x != true ",
        "FROM a | WHERE x LIKE \"y*\" ",
        "FROM a | WHERE x IS NOT NULL ",
        "FROM a | WHERE x IN (\"a\", \"b\") ",
    ] {
        assert_eq!(expected(head), Expected::Words(AFTER_CONDITION), "{head}");
    }
    assert_eq!(expected("FROM a | WHERE LENGTH(x) "), Expected::Words(COMPARISONS));
}

#[test]
fn bounds_patterns_and_parameters() {
    assert_eq!(expected("FROM a | WHERE @timestamp >= "), Expected::Bound { field: "@timestamp".into() });
    assert_eq!(expected("FROM a | GROK message "), Expected::Pattern);
    assert_eq!(expected("FROM a | GROK message \"%{I"), Expected::Pattern);
    assert_eq!(expected("FROM a | DISSECT message "), Expected::Words(&["\""]));
    assert_eq!(expected("FROM a | WHERE ??"), Expected::Nothing);
}

#[test]
fn the_pipeline_before_the_cursor() {
    assert_eq!(place("FROM a | EVAL x = 1 | WHERE ").before, "FROM a | EVAL x = 1");
    assert_eq!(place("FROM a | FORK (WHERE x | KEEP ").before, "FROM a | WHERE x");
    assert_eq!(place("FROM a, (FROM b | DROP c | KEEP ").before, "FROM b | DROP c");
    assert_eq!(place("FROM a | WHERE x IN (FROM b | KEEP y) | WHERE ").before, "FROM a | WHERE x IN (FROM b | KEEP y)");
}
