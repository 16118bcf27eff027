use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// A rule: a query and what is said of it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The file that holds the query.
    pub path: PathBuf,
    /// The query, as it stands in the file.
    pub query: String,
    /// What is said of it.
    pub metadata: Metadata,
    /// The rule's own tests.
    pub tests: Vec<RuleTest>,
}

/// What a rule's file says beside the query, in the field names of Elastic's rule files.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `rule_id`; the file's stem where there is none.
    pub rule_id: String,
    /// `name`; the file's stem where there is none.
    pub name: String,
    /// `description`
    pub description: String,
    /// `severity`: low, medium, high or critical.
    pub severity: String,
    /// `risk_score`: 0 to 100.
    pub risk_score: u64,
    /// The whole `[rule]` table, known fields and unknown ones, without the query.
    pub fields: Map<String, Value>,
    /// The file's other tables, such as `[metadata]`, as they are.
    pub beside: Map<String, Value>,
}

/// A test of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleTest {
    /// Its name.
    pub name: String,
    /// Events as JSON texts, raw or as documents.
    pub events: Vec<String>,
    /// A file of events instead, relative to the rule's folder.
    pub file: Option<PathBuf>,
    /// NOW() of the test, in milliseconds since the epoch.
    pub now: Option<i64>,
    /// The number of alerts expected.
    pub alerts: usize,
    /// Values expected of each alert, in alert order.
    pub expect: Vec<Map<String, Value>>,
}

/// Why a rule file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The file can't be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The file isn't what a rule file is.
    #[error("{}{}: {message}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong.
        message: String,
    },
    /// There is no query.
    #[error("{}: the rule has no query", path.display())]
    NoQuery {
        /// The file.
        path: PathBuf,
    },
}

impl RuleError {
    pub(crate) fn invalid(path: &Path, message: impl Into<String>) -> Self {
        Self::Invalid { path: path.to_owned(), line: None, message: message.into() }
    }
}

impl Metadata {
    /// Reads the `[rule]` table.
    pub(crate) fn new(mut fields: Map<String, Value>, stem: &str) -> Self {
        fields.remove("query");
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            rule_id: text("rule_id").or_else(|| text("uuid")).unwrap_or_else(|| stem.to_owned()),
            name: text("name").unwrap_or_else(|| stem.to_owned()),
            description: text("description").unwrap_or_default(),
            severity: text("severity").unwrap_or_else(|| "low".to_owned()),
            risk_score: fields.get("risk_score").and_then(Value::as_u64).unwrap_or(21),
            fields,
            beside: Map::new(),
        }
    }

    /// The same with the tables that stand beside `[rule]` in `file`. The tests are not among them.
    pub(crate) fn beside(mut self, file: &Map<String, Value>) -> Self {
        let others = file.iter().filter(|(name, _)| !["rule", "hunt", "test"].contains(&name.as_str()));
        self.beside = others.map(|(name, value)| (name.clone(), value.clone())).collect();
        self
    }
}
