use std::collections::HashMap;
use std::ops::ControlFlow;

use quarry::diagnostics::{Code, Diagnostic};
use quarry::{Batch, ColumnInfo, Engine, ExecError, Session, Summary, Value, carried_name};

use crate::{Alert, Carried, Rule};

/// The metadata that rows carry so that alerts know their documents.
pub const CARRY: &[&str] = &["_id", "_index", "_version", "@timestamp"];

/// A rule that ran to its end.
#[derive(Debug)]
pub struct RuleRun {
    /// The columns of its rows.
    pub columns: Vec<ColumnInfo>,
    /// What the run did beside giving alerts.
    pub summary: Summary,
    /// Warnings of the analysis.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a rule could not run.
#[derive(Debug)]
pub enum RuleFailure {
    /// No input belongs to the indices that the rule reads.
    NoInput(String),
    /// The query is wrong.
    Query(Vec<Diagnostic>),
    /// The run could not go on.
    Execution(ExecError),
}

/// Runs `rule` over all of the engine's input as one search and hands every alert to `sink` as it comes.
///
/// # Errors
/// The query is wrong, or the run could not go on.
pub fn run_rule(
    rule: &Rule,
    engine: &Engine,
    session: &Session,
    sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
) -> Result<RuleRun, RuleFailure> {
    let session = Session { default_limit: None, carry: CARRY, ..session.clone() };
    let query = session.prepare(engine, &rule.query).map_err(failure)?;
    let shown = query.columns().iter().take_while(|column| !column.name.starts_with("$carried$")).count();
    let columns = query.columns()[..shown].to_vec();
    let carried = CarriedColumns::new(query.columns());
    let mut seen: HashMap<Carried, usize> = HashMap::new();
    let mut seen_rows: HashMap<String, usize> = HashMap::new();
    let summary = query
        .run(engine.account(), &mut |batch| {
            for row in 0..batch.rows() {
                let values: Vec<Value> = batch.columns()[..shown].iter().map(|column| column.value(row)).collect();
                let document = carried.read(&batch, row);
                // MV_EXPAND makes several rows of a document, and aggregates have none: equal ones are numbered.
                let repeat = if document.id.is_some() {
                    seen.entry(document.clone()).or_default()
                } else {
                    seen_rows.entry(format!("{values:?}")).or_default()
                };
                let alert = Alert::new(rule, &columns, &values, &document, *repeat);
                *repeat += 1;
                if sink(alert).is_break() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })
        .map_err(RuleFailure::Execution)?;
    Ok(RuleRun { columns, summary, diagnostics: query.diagnostics().to_vec() })
}

/// A rule of which nothing but indices and enrich policies is unknown is not wrong: its data isn't there.
fn failure(diagnostics: Vec<Diagnostic>) -> RuleFailure {
    let is_data = |diagnostic: &Diagnostic| matches!(diagnostic.code, Code::UNKNOWN_INDEX | Code::UNKNOWN_POLICY);
    match diagnostics.first() {
        Some(first) if diagnostics.iter().all(is_data) => RuleFailure::NoInput(first.message.clone()),
        _ => RuleFailure::Query(diagnostics),
    }
}

/// Where the carried columns stand.
struct CarriedColumns {
    id: Option<usize>,
    index: Option<usize>,
    version: Option<usize>,
    timestamp: Option<usize>,
}

impl CarriedColumns {
    fn new(columns: &[ColumnInfo]) -> Self {
        let place = |name: &str| {
            let name = carried_name(name);
            columns.iter().position(|column| column.name == name)
        };
        Self { id: place("_id"), index: place("_index"), version: place("_version"), timestamp: place("@timestamp") }
    }

    fn read(&self, batch: &Batch, row: usize) -> Carried {
        let value = |place: Option<usize>| match place.map(|place| batch.column(place).value(row)) {
            None | Some(Value::Null) => None,
            Some(value) => Some(value),
        };
        Carried {
            id: value(self.id).map(|v| v.to_string()),
            index: value(self.index).map(|v| v.to_string()),
            version: value(self.version).and_then(|v| v.as_i64()),
            timestamp: value(self.timestamp).map(|v| v.to_string()),
        }
    }
}
