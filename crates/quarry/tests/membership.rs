//! IN with a subquery.

#![allow(clippy::unwrap_used)]

use quarry::{Engine, EngineOptions, Input, Session};

const ROWS: &str = r#"{"id":1,"dept":"a"}
{"id":2,"dept":"b","boss":1}
{"id":3,"dept":"c","boss":1}
{"id":4,"dept":["a","b"],"boss":2}
{"id":5,"boss":3}
"#;

fn ids(condition: &str) -> Result<(String, Vec<String>), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("staff.ndjson");
    std::fs::write(&path, ROWS).unwrap();
    let engine = Engine::open(&[Input::named("staff", path.to_string_lossy())], EngineOptions::default()).unwrap();
    let query = format!("FROM staff | WHERE {condition} | KEEP id");
    let session = Session { now_millis: 0, threads: 2, ..Session::default() };
    let prepared = session.prepare(&engine, &query).map_err(|errors| errors[0].message.clone())?;
    let result = prepared.collect(&engine).unwrap();
    let ids: Vec<String> = result.rows().iter().map(|row| row[0].to_string()).collect();
    Ok((ids.join(" "), result.summary.warnings))
}

#[test]
fn rows_are_kept_whose_value_is_among_those_of_the_subquery() {
    for (condition, expected) in [
        ("id IN (FROM staff | WHERE boss IS NOT NULL | KEEP boss)", "1 2 3"),
        ("id IN (FROM staff | KEEP boss)", "1 2 3"),
        ("id NOT IN (FROM staff | WHERE boss IS NOT NULL | KEEP boss)", "4 5"),
        // As with a listed null: what isn't found is unknown.
        ("id NOT IN (FROM staff | KEEP boss)", ""),
        ("id NOT IN (FROM staff | WHERE false | KEEP id)", "1 2 3 4 5"),
        ("boss NOT IN (FROM staff | WHERE false | KEEP id)", "1 2 3 4 5"),
        ("id IN (FROM staff | STATS m = MAX(boss)) OR id == 5", "3 5"),
        ("id + 1 IN (ROW x = 2.0) AND id < 3", "1"),
        ("id IN (ROW x = [4, 5])", "4 5"),
        // What the subquery keeps says nothing of the fields outside of it.
        ("id IN (FROM staff | KEEP id) | WHERE event.action IS NULL", "1 2 3 4 5"),
        ("id IN (FROM staff | WHERE id IN (FROM staff | KEEP boss) | KEEP id)", "1 2 3"),
        ("(id, boss) IN (FROM staff | WHERE id == 3 | KEEP id, boss)", "3"),
    ] {
        assert_eq!(ids(condition), Ok((expected.to_owned(), Vec::new())), "{condition}");
    }
}

#[test]
fn lists_are_told_of() {
    let (found, warnings) = ids("dept IN (FROM staff | WHERE id == 1 | KEEP dept)").unwrap();
    assert_eq!(found, "1");
    assert!(warnings[1].ends_with("single-value function encountered multi-value"), "{warnings:?}");
}

#[test]
fn wrong_subqueries_are_refused() {
    for (condition, message) in [
        ("id IN (FROM staff | KEEP id, dept)", "IN subquery must return exactly one column, found [id, dept]"),
        ("id IN (FROM staff | KEEP dept)", "IN subquery column [dept] must be [long], found type [keyword]"),
        ("id IN (FROM staff | KEEP nope)", "Unknown column [nope]"),
        ("id == 1 | EVAL x = id IN (FROM staff | KEEP id)", "IN with a subquery can only stand in WHERE"),
    ] {
        let found = ids(condition).unwrap_err();
        assert!(found.starts_with(message), "{condition}: {found}");
    }
}
