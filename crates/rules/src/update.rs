//! Expectations of tests, written anew from what came. Comments, order and layout of the file stay.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::{Rule, TestOutcome};

/// The file that holds the rule's tests.
#[must_use]
pub fn test_file(rule: &Rule) -> PathBuf {
    rule.path.with_extension("toml")
}

/// Writes what came as what is expected, for each outcome that differs. Returns how many tests were changed.
///
/// # Errors
/// The file can't be read, changed or written; in words.
pub fn update_tests(rule: &Rule, outcomes: &[TestOutcome]) -> Result<usize, String> {
    let path = test_file(rule);
    let wrong = |message: String| format!("{}: {message}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let (text, changed) = updated(&text, outcomes).map_err(wrong)?;
    if changed > 0 {
        replace(&path, &text).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(changed)
}

fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}

fn updated(text: &str, outcomes: &[TestOutcome]) -> Result<(String, usize), String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let mut changed = 0;
    for outcome in outcomes.iter().filter(|outcome| outcome.ran() && !outcome.passed()) {
        let test = match document.get_mut("test") {
            Some(Item::ArrayOfTables(tests)) => tests.get_mut(outcome.number).map(|table| table as &mut dyn TableLike),
            Some(Item::Value(Value::Array(tests))) => tests
                .get_mut(outcome.number)
                .and_then(Value::as_inline_table_mut)
                .map(|table| table as &mut dyn TableLike),
            _ => None,
        };
        let Some(test) = test else { return Err(format!("the test \"{}\" isn't in the file", outcome.name)) };
        set(test, "alerts", &Json::from(outcome.alerts.len()));
        if let Some(expect) = test.get_mut("expect") {
            rewrite(expect, &outcome.alerts);
            if outcome.alerts.is_empty() {
                test.remove("expect");
            }
        }
        changed += 1;
    }
    Ok((document.to_string(), changed))
}

/// The tables of `expect`, one for each alert. Each keeps the fields that it names; new ones name those of the first.
fn rewrite(expect: &mut Item, alerts: &[Map<String, Json>]) {
    match expect {
        Item::ArrayOfTables(tables) => {
            let fields = tables.get(0).map(|table| names(table)).unwrap_or_default();
            let mut all = ArrayOfTables::new();
            for (i, alert) in alerts.iter().enumerate() {
                let mut table = tables.get(i).cloned().unwrap_or_else(|| named::<Table>(&fields));
                fill(&mut table, alert);
                all.push(table);
            }
            *tables = all;
        }
        Item::Value(Value::Array(tables)) => rewrite_array(tables, alerts),
        Item::Value(Value::InlineTable(table)) => match alerts {
            [alert] => fill(table, alert),
            several => {
                let mut tables = Array::new();
                tables.push(table.clone());
                rewrite_array(&mut tables, several);
                *expect = Item::Value(Value::Array(tables));
            }
        },
        Item::Table(table) => {
            if let Some(alert) = alerts.first() {
                fill(table, alert);
            }
        }
        Item::None | Item::Value(_) => {}
    }
}

fn rewrite_array(tables: &mut Array, alerts: &[Map<String, Json>]) {
    let first = tables.get(0).and_then(Value::as_inline_table);
    let fields = first.map(|table| names(table)).unwrap_or_default();
    let prefix = tables.iter().last().and_then(|table| table.decor().prefix().cloned());
    while tables.len() > alerts.len() {
        tables.remove(tables.len() - 1);
    }
    for (i, alert) in alerts.iter().enumerate() {
        if let Some(table) = tables.get_mut(i).and_then(Value::as_inline_table_mut) {
            fill(table, alert);
            continue;
        }
        let mut table = named::<InlineTable>(&fields);
        fill(&mut table, alert);
        let mut value = Value::InlineTable(table);
        if let Some(prefix) = &prefix {
            value.decor_mut().set_prefix(prefix.clone());
        }
        tables.push_formatted(value);
    }
}

fn names(table: &dyn TableLike) -> Vec<String> {
    table.iter().map(|(name, _)| name.to_owned()).collect()
}

/// A table with these fields, whose values are still to come.
fn named<T: TableLike + Default>(fields: &[String]) -> T {
    let mut table = T::default();
    for field in fields {
        table.insert(field, Item::Value(Value::from("")));
    }
    table
}

/// Gives the fields that a table names the values of an alert. A field that the alert hasn't isn't expected.
fn fill(table: &mut dyn TableLike, alert: &Map<String, Json>) {
    for name in names(table) {
        match alert.get(&name) {
            None | Some(Json::Null) => {
                table.remove(&name);
            }
            Some(value) => set(table, &name, value),
        }
    }
}

/// Sets a value where it differs, with the blanks and comments that the old one had around it.
fn set(table: &mut dyn TableLike, name: &str, value: &Json) {
    let Some(mut new) = toml(value) else { return };
    match table.get_mut(name) {
        Some(Item::Value(old)) => {
            if same(old, &new) {
                return;
            }
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        Some(item) => *item = Item::Value(new),
        None => {
            table.insert(name, Item::Value(new));
        }
    }
}

fn same(old: &Value, new: &Value) -> bool {
    let plain = |value: &Value| {
        let mut value = value.clone();
        value.decor_mut().clear();
        value.to_string()
    };
    old.as_str().is_some_and(|text| new.as_str() == Some(text)) || plain(old) == plain(new)
}

/// JSON as TOML, which knows no null.
fn toml(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(b) => Value::from(*b),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64()?),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(values) => Value::Array(values.iter().filter_map(toml).collect()),
        Json::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| Some((name.as_str(), toml(value)?)));
            Value::InlineTable(fields.collect())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(number: usize, alerts: &[Json]) -> TestOutcome {
        TestOutcome {
            name: "t".into(),
            number,
            problems: Vec::new(),
            notes: Vec::new(),
            expected: 99,
            differences: Vec::new(),
            alerts: alerts.iter().filter_map(|alert| alert.as_object().cloned()).collect(),
        }
    }

    const FILE: &str = r#"# A rule.
[rule]
name = "x"

[[test]] # the first
name   = "t"   # aligned
events = ['''{"a":1}''']
alerts = 1     # one
expect = [
    { "user.name" = "a", n = 1 }, # who
]

[[test]]
name = "u"
events = []
alerts = 0
"#;

    #[test]
    fn only_what_differs_is_written() {
        let came = [serde_json::json!({"user.name": "b", "n": 2, "other": true})];
        let (text, changed) = updated(FILE, &[outcome(0, &came)]).unwrap();
        assert_eq!(changed, 1);
        assert_eq!(text, FILE.replace("\"user.name\" = \"a\", n = 1", "\"user.name\" = \"b\", n = 2"));
        let (same, changed) = updated(FILE, &[]).unwrap();
        assert_eq!((same.as_str(), changed), (FILE, 0));
    }

    #[test]
    fn alerts_more_or_fewer_change_the_tables() {
        let came = [serde_json::json!({"user.name": "a", "n": 1}), serde_json::json!({"user.name": "c"})];
        let (text, _) = updated(FILE, &[outcome(0, &came)]).unwrap();
        assert!(text.contains("alerts = 2     # one"), "{text}");
        assert!(text.contains("{ \"user.name\" = \"c\" }"), "{text}");
        let (text, _) = updated(FILE, &[outcome(0, &[])]).unwrap();
        assert!(text.contains("alerts = 0     # one") && !text.contains("expect"), "{text}");
        let (text, _) = updated(FILE, &[outcome(1, &[serde_json::json!({"a": [1, "x"]})])]).unwrap();
        assert!(text.ends_with("events = []\nalerts = 1\n"), "{text}");
        toml::from_str::<toml::Table>(&text).unwrap();
    }
}
