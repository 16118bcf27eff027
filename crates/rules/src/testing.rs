//! What unit tests share.

use std::path::PathBuf;

use crate::rule::Metadata;
use crate::{Alert, Rule};

/// A rule with the fields of a `[rule]` table.
pub(crate) fn rule(table: &str) -> Rule {
    let table: toml::Table = toml::from_str(table).unwrap();
    let fields = serde_json::to_value(table).unwrap();
    let metadata = Metadata::new(fields.as_object().unwrap().clone(), "rule");
    Rule { path: PathBuf::from("rule.toml"), query: "FROM app".into(), metadata, tests: Vec::new() }
}

/// An alert with these fields.
pub(crate) fn alert(source: serde_json::Value) -> Alert {
    let source = source.as_object().unwrap().clone();
    Alert { uuid: String::new(), row: source.clone(), document: source.clone(), source, ..Alert::default() }
}
