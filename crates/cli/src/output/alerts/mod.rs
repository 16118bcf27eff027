//! Alerts in every form: one file a format, one line in [`AlertFormat::writer`].

mod attack;
mod json;
mod junit;
mod mitre;
mod ndjson;
mod ocsf;
mod sarif;
mod table;

use std::io::{self, Write};
use std::time::Duration;

use clap::ValueEnum;
use quarry::{ColumnInfo, Engine};
use quarry_rules::{Alert, Rule};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlertFormat {
    /// A summary by severity and rule, then the rows of each rule, aligned for reading
    Table,
    /// One alert document a line
    Ndjson,
    /// One array of alert documents
    Json,
    /// OCSF detection findings, one a line
    Ocsf,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// JUnit XML: one test case a rule
    Junit,
    /// A layer for the ATT&CK Navigator: the techniques that fired, or without input those that the rules cover
    Attack,
}

/// How a rule ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ending {
    /// It ran.
    Ran,
    /// There was nothing for it to run on.
    Skipped(String),
    /// It could not run.
    Failed(String),
}

/// A rule that is done.
#[derive(Debug)]
pub(crate) struct Done<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) columns: &'a [ColumnInfo],
    pub(crate) ending: Ending,
    pub(crate) took: Duration,
}

/// Writes alerts in one format, as they come or at the end.
pub(crate) trait AlertWriter {
    /// Whether the documents of events are wanted, and not only the rows' columns.
    fn wants_events(&self) -> bool {
        true
    }

    /// Writes what comes before the alerts of `rules`.
    fn begin(&mut self, _out: &mut dyn Write, _rules: &[Rule]) -> io::Result<()> {
        Ok(())
    }

    /// Writes or keeps an alert.
    fn alert(&mut self, out: &mut dyn Write, rule: &Rule, alert: Alert) -> io::Result<()>;

    /// Hears that a rule is done.
    fn done(&mut self, _out: &mut dyn Write, _done: &Done<'_>) -> io::Result<()> {
        Ok(())
    }

    /// Writes what comes after all alerts.
    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Prints the alerts of one rule, aligned for reading.
pub(crate) fn print(out: &mut dyn Write, rule: &Rule, columns: &[ColumnInfo], alerts: Vec<Alert>) -> io::Result<()> {
    let mut table = table::Table::new(None);
    for alert in alerts {
        table.alert(out, rule, alert)?;
    }
    table.done(out, &Done { rule, columns, ending: Ending::Ran, took: Duration::ZERO })?;
    table.end(out)
}

/// What writers may want to know.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) engine: Engine,
    /// Rows that a table shows of each rule; all where there is no number.
    pub(crate) rows: Option<usize>,
    /// Whether there are inputs.
    pub(crate) has_input: bool,
}

impl AlertFormat {
    pub(crate) fn writer(self, around: &Surroundings) -> Box<dyn AlertWriter> {
        match self {
            AlertFormat::Table => Box::new(table::Table::new(around.rows)),
            AlertFormat::Ndjson => Box::new(ndjson::Ndjson),
            AlertFormat::Json => Box::new(json::Json::default()),
            AlertFormat::Ocsf => Box::new(ocsf::Ocsf),
            AlertFormat::Sarif => Box::new(sarif::Sarif::new(around.engine.clone())),
            AlertFormat::Junit => Box::new(junit::Junit::default()),
            AlertFormat::Attack => Box::new(attack::Attack::new(around.has_input)),
        }
    }
}

/// A text of an alert's document; empty where it has none.
pub(crate) fn text<'a>(alert: &'a Alert, name: &str) -> &'a str {
    alert.document.get(name).and_then(|value| value.as_str()).unwrap_or_default()
}
