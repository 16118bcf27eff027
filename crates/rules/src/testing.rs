//! What unit tests share.

use std::path::PathBuf;

use crate::alert::{Candidate, Found, Maker};
use crate::rule::Metadata;
use crate::{Alert, Carried, Rule};

/// A rule with the fields of a `[rule]` table.
pub(crate) fn rule(table: &str) -> Rule {
    let table: toml::Table = toml::from_str(table).unwrap();
    let fields = serde_json::to_value(table).unwrap();
    let metadata = Metadata::new(fields.as_object().unwrap().clone(), "rule");
    Rule { path: PathBuf::from("rule.toml"), query: "FROM app".into(), metadata, tests: Vec::new() }
}

/// A row with these fields.
pub(crate) fn candidate(fields: serde_json::Value) -> Candidate {
    let row = fields.as_object().unwrap().clone();
    Maker::candidate(Found {
        uuid: String::new(),
        key: String::new(),
        group: None,
        row,
        carried: Carried::default(),
        event: None,
    })
}

/// The alert of a row, without what its rule says.
pub(crate) fn made(candidate: Candidate) -> Alert {
    Alert { document: candidate.source.clone(), source: candidate.source, ..Alert::default() }
}
