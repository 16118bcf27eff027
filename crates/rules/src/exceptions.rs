//! Exceptions: what is known to be harmless, in the form in which Kibana exports exception lists.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use quarry::functions::text::wildcard::Wildcard;
use quarry::{Condition, Exclusion, Query, Test};
use serde_json::{Map, Value};

use crate::Rule;
use crate::overrides::{elements, text};

/// Exception items of some lists.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    items: Vec<Item>,
    /// Lists that a rule names; they are for such rules only.
    named: HashSet<String>,
    /// What can't be used of the files, and why.
    pub problems: Vec<String>,
}

/// Conditions under which a document is no alert.
#[derive(Clone, Debug)]
struct Item {
    name: String,
    list: Option<String>,
    exclusion: Exclusion,
    /// When it ends, in milliseconds since the epoch.
    expires: Option<i64>,
}

/// The items that apply to a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applied {
    /// Those that speak of documents: they aren't read.
    pub(crate) documents: Vec<Exclusion>,
    /// Those that speak of columns that the query makes: its rows are looked at.
    pub(crate) rows: Vec<Exclusion>,
    /// Names of items that can't be applied.
    pub(crate) skipped: Vec<String>,
}

impl Exceptions {
    /// Reads exported lists: one JSON object a line, or an array of items. `value_lists` are the texts of value lists
    /// by id, one value a line.
    ///
    /// # Errors
    /// A file can't be read, or isn't JSON.
    pub fn load(paths: &[PathBuf], value_lists: &[(String, PathBuf)]) -> Result<Self, String> {
        let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
        let mut lists = HashMap::new();
        for (id, path) in value_lists {
            let values =
                read(path)?.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
            lists.insert(id.clone(), values);
        }
        let mut exceptions = Self::default();
        for path in paths {
            exceptions.read(&read(path)?, &lists).map_err(|message| format!("{}: {message}", path.display()))?;
        }
        Ok(exceptions)
    }

    fn read(&mut self, text: &str, lists: &HashMap<String, Vec<String>>) -> Result<(), String> {
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match value.map_err(|error| error.to_string())? {
                Value::Array(items) => items.iter().for_each(|item| self.add(item, lists)),
                item => self.add(&item, lists),
            }
        }
        Ok(())
    }

    fn add(&mut self, item: &Value, lists: &HashMap<String, Vec<String>>) {
        // The list itself and the closing count of an export have no entries.
        let Some(entries) = item.get("entries").and_then(Value::as_array) else { return };
        let string = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
        let name = string("name").or_else(|| string("item_id")).unwrap_or_else(|| "unnamed".to_owned());
        let mut exclusion = Exclusion::default();
        for entry in entries {
            if let Err(message) = conditions(entry, "", lists, &mut exclusion.all) {
                self.problems.push(format!("the exception \"{name}\" is left out: {message}"));
                return;
            }
        }
        if exclusion.all.is_empty() {
            return;
        }
        let expires = match string("expire_time") {
            None => None,
            Some(text) => match quarry::parse_time(&text) {
                Some(time) => Some(time),
                None => {
                    self.problems.push(format!("the exception \"{name}\" is left out: {text} is no time"));
                    return;
                }
            },
        };
        self.items.push(Item { name, list: string("list_id"), exclusion, expires });
    }

    /// Learns which lists the rules name in `exceptions_list`.
    pub fn assign(&mut self, rules: &[Rule]) {
        self.named = rules.iter().flat_map(lists_of).collect();
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items that apply to a rule at a time: those of the lists that it names, and those of lists that none does.
    fn of<'a>(&'a self, rule: &Rule, now: i64) -> impl Iterator<Item = &'a Item> {
        let own: HashSet<String> = lists_of(rule).collect();
        self.items.iter().filter(move |item| {
            let for_rule = item.list.as_ref().is_none_or(|list| own.contains(list) || !self.named.contains(list));
            for_rule && item.expires.is_none_or(|time| now < time)
        })
    }

    /// The items that apply to `rule`, whose query is `query`.
    pub(crate) fn applied(&self, rule: &Rule, query: &Query, now: i64) -> Applied {
        let mut applied = Applied::default();
        let output: HashSet<&str> = query.columns().iter().map(|column| column.name.as_str()).collect();
        for item in self.of(rule, now) {
            let fields = || item.exclusion.all.iter().map(|condition| condition.field.as_str());
            if !fields().any(|field| query.makes(field)) {
                applied.documents.push(item.exclusion.clone());
            } else if !query.aggregates() || fields().all(|field| output.contains(field)) {
                applied.rows.push(item.exclusion.clone());
            } else {
                applied.skipped.push(item.name.clone());
            }
        }
        applied
    }
}

fn lists_of(rule: &Rule) -> impl Iterator<Item = String> + use<> {
    let lists = rule.metadata.fields.get("exceptions_list").and_then(Value::as_array).cloned().unwrap_or_default();
    lists.into_iter().filter_map(|list| list.get("list_id").and_then(Value::as_str).map(str::to_owned))
}

/// Adds the conditions of an entry; one inside another names its field from there on.
fn conditions(
    entry: &Value,
    parent: &str,
    lists: &HashMap<String, Vec<String>>,
    all: &mut Vec<Condition>,
) -> Result<(), String> {
    let string = |name: &str| entry.get(name).and_then(Value::as_str);
    let field = string("field").filter(|field| !field.is_empty()).ok_or("an entry names no field")?;
    let field = if parent.is_empty() { field.to_owned() } else { format!("{parent}.{field}") };
    let negated = match string("operator") {
        None | Some("included") => false,
        Some("excluded") => true,
        Some(other) => return Err(format!("the operator {other} is unknown")),
    };
    let values = || -> Vec<String> { entry.get("value").map(elements).unwrap_or_default().iter().map(text).collect() };
    let test = match string("type") {
        Some("match" | "match_any") => Test::AnyOf(values()),
        Some("wildcard") => Test::LikeAny(values()),
        Some("exists") => Test::Exists,
        Some("list") => {
            let id = entry.get("list").and_then(|list| list.get("id")).and_then(Value::as_str).unwrap_or_default();
            let values = lists.get(id);
            Test::AnyOf(values.ok_or_else(|| format!("the value list {id} is not given; see --value-list"))?.clone())
        }
        Some("nested") => {
            let inner = entry.get("entries").and_then(Value::as_array).ok_or("a nested entry has no entries")?;
            return inner.iter().try_for_each(|entry| conditions(entry, &field, lists, all));
        }
        other => return Err(format!("the entry type {} is unknown", other.unwrap_or("(none)"))),
    };
    all.push(Condition { field, test, negated });
    Ok(())
}

/// Whether all conditions hold for a row's fields.
pub(crate) fn holds(exclusion: &Exclusion, fields: &Map<String, Value>) -> bool {
    exclusion.all.iter().all(|condition| {
        let values = fields.get(&condition.field).map(elements).unwrap_or_default();
        let met = match &condition.test {
            Test::Exists => !values.is_empty(),
            Test::AnyOf(wanted) => values.iter().any(|value| wanted.contains(&text(value))),
            Test::LikeAny(patterns) => patterns
                .iter()
                .filter_map(|pattern| Wildcard::new(pattern).ok())
                .any(|pattern| values.iter().any(|value| pattern.matches(&text(value)))),
        };
        met != condition.negated
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rule;

    fn read(text: &str) -> Exceptions {
        let mut exceptions = Exceptions::default();
        let lists = HashMap::from([("ips".to_owned(), vec!["10.0.0.1".to_owned()])]);
        exceptions.read(text, &lists).unwrap();
        exceptions
    }

    fn matches(entries: &str, fields: Value) -> bool {
        let exceptions = read(&format!(r#"{{"name":"x","entries":[{entries}]}}"#));
        assert!(exceptions.problems.is_empty(), "{:?}", exceptions.problems);
        holds(&exceptions.items[0].exclusion, fields.as_object().unwrap())
    }

    #[test]
    fn every_type_of_entry_is_understood() {
        let fields =
            serde_json::json!({"user": ["a", "b"], "n": 3, "path": "C:\\Temp\\x.exe", "ip": "10.0.0.1", "o.k": "v"});
        let is = |entries: &str| matches(entries, fields.clone());
        assert!(is(r#"{"field":"user","operator":"included","type":"match","value":"b"}"#));
        assert!(!is(r#"{"field":"user","operator":"excluded","type":"match","value":"b"}"#));
        assert!(is(r#"{"field":"n","operator":"included","type":"match_any","value":["2","3"]}"#));
        assert!(is(r#"{"field":"path","operator":"included","type":"wildcard","value":"C:\\\\Temp\\\\*.exe"}"#));
        assert!(is(r#"{"field":"ip","operator":"included","type":"list","list":{"id":"ips","type":"ip"}}"#));
        assert!(is(r#"{"field":"none","operator":"excluded","type":"exists"}"#));
        assert!(!is(r#"{"field":"none","operator":"included","type":"exists"}"#));
        let nested = r#"{"field":"o","type":"nested","entries":[{"field":"k","operator":"included","type":"match","value":"v"}]}"#;
        assert!(is(nested));
        let both = format!(r#"{nested},{{"field":"n","operator":"included","type":"match","value":"4"}}"#);
        assert!(!is(&both));
    }

    #[test]
    fn an_export_holds_more_than_items() {
        let exceptions = read(
            r#"{"list_id":"l","type":"detection","name":"list"}
            {"list_id":"l","name":"item","entries":[{"field":"a","operator":"included","type":"exists"}]}
            {"exported_exception_list_count":1}"#,
        );
        assert_eq!(exceptions.items.len(), 1);
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let exceptions = read(
            r#"[{"name":"a","entries":[{"field":"f","operator":"included","type":"list","list":{"id":"none"}}]},
            {"name":"b","entries":[{"field":"f","operator":"included","type":"sounds_like","value":"x"}]},
            {"name":"c","expire_time":"soon","entries":[{"field":"f","type":"exists"}]}]"#,
        );
        assert_eq!((exceptions.items.len(), exceptions.problems.len()), (0, 3));
        assert!(Exceptions::default().read("{", &HashMap::new()).is_err());
    }

    #[test]
    fn lists_are_for_the_rules_that_name_them_until_they_expire() {
        let item = r#""entries":[{"field":"f","type":"exists"}]"#;
        let mut exceptions = read(&format!(
            r#"[{{"name":"mine","list_id":"l",{item}}},{{"name":"all","list_id":"m",{item}}},
            {{"name":"over","expire_time":"2026-01-01T00:00:00Z",{item}}}]"#
        ));
        let owner = rule(r#"exceptions_list = [{ list_id = "l", type = "detection" }]"#);
        let other = rule("name = \"other\"");
        exceptions.assign(&[owner.clone(), other.clone()]);
        let names = |rule: &Rule, now| exceptions.of(rule, now).map(|item| item.name.as_str()).collect::<Vec<_>>();
        let new_year = quarry::parse_time("2026-01-01T00:00:00Z").unwrap();
        assert_eq!(names(&owner, new_year), ["mine", "all"]);
        assert_eq!(names(&other, new_year), ["all"]);
        assert_eq!(names(&other, new_year - 1), ["all", "over"]);
    }
}
