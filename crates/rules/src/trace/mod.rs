//! One event through a query, stage by stage: what goes into each command, what comes out, and why.
//!
//! Everything is asked of the engine: the query is cut off after each command and run, and the parts of a condition
//! are evaluated as columns. There is no second interpreter that could be of another opinion.

mod closing;
mod condition;
mod extract;
mod group;
mod hint;
mod json;
mod made;
mod probe;
pub(crate) mod reads;
mod render;
mod search;
mod stages;
mod why;

use quarry::diagnostics::{Code, Diagnostic, Severity, Span};
use quarry::{ColumnInfo, DataType, Engine, Session, Value};

pub use condition::{Condition, Operand, Truth};
pub use extract::Stopped;
pub use group::Group;

use crate::sources;
use probe::{Failed, Probe};
use stages::{Chain, Origins, Tracer};

/// What became of the events.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The stages in order, up to the one behind which no row is left.
    pub stages: Vec<Stage>,
    /// How it ended.
    pub outcome: Outcome,
    /// One or two sentences: whether the query gives a row, and why or why not.
    pub closing: String,
    /// What else is to be known, such as fields that were taken as absent.
    pub notes: Vec<String>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The query gives rows.
    Rows(usize),
    /// No row was left behind a stage.
    Dropped {
        /// The place of the stage in the query.
        stage: Span,
    },
    /// Everything but a condition on aggregates let it through: it takes more events than these.
    TooFew {
        /// The place of the condition's stage in the query.
        stage: Span,
    },
    /// The query reads other indices.
    NotRead,
}

/// One command and what it did.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its place in the query.
    pub span: Span,
    /// Its keyword, in upper case.
    pub keyword: String,
    /// Rows that came in; 0 for the first.
    pub rows_in: usize,
    /// Rows that went out.
    pub rows_out: usize,
    /// Columns that went out.
    pub columns_out: usize,
    /// What it reads, in the first row that came in (for the first stage: what the query reads, as it goes out).
    pub reads: Vec<Cell>,
    /// Columns that are new or changed, in the first row.
    pub changes: Vec<Cell>,
    /// For WHERE: the conditions that AND joins, in the first row that was dropped, else in the first.
    pub conditions: Vec<Condition>,
    /// For DISSECT and GROK that didn't match: how far they got.
    pub stopped: Option<Stopped>,
    /// For STATS: the groups that the rows fall in.
    pub groups: Vec<Group>,
    /// What else is to be said.
    pub notes: Vec<String>,
    /// The branches of FORK, or the queries that FROM reads.
    pub branches: Vec<Vec<Stage>>,
}

/// A column's value in one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The column's name.
    pub name: String,
    /// Its type; null where the query doesn't know the column here.
    pub data_type: DataType,
    /// Its value; null where it is absent.
    pub value: Value,
}

impl Cell {
    fn of(column: &ColumnInfo, value: &Value) -> Self {
        Self { name: column.name.clone(), data_type: column.data_type, value: value.clone() }
    }

    /// The value as it would be written in a query, long ones cut.
    #[must_use]
    pub fn text(&self) -> String {
        render::value(&self.value, self.data_type)
    }
}

impl Operand {
    /// The value as it would be written in a query, long ones cut.
    #[must_use]
    pub fn value_text(&self) -> String {
        render::value(&self.value, self.data_type)
    }
}

/// Why a trace can't be made.
#[derive(Clone, Debug)]
pub enum TraceError {
    /// The query is wrong.
    Query(Vec<Diagnostic>),
    /// The run could not go on.
    Run(String),
}

impl From<Failed> for TraceError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Query(diagnostics) => TraceError::Query(diagnostics),
            Failed::Run(message) => TraceError::Run(message),
        }
    }
}

/// Sends the events that `engine` holds through `query`. `events` is how many they are; what else the engine holds is
/// for LOOKUP JOIN and ENRICH.
///
/// # Errors
/// The query is wrong, or can't be run.
pub fn trace(query: &str, engine: &Engine, session: &Session, events: usize) -> Result<Trace, TraceError> {
    let parsed = quarry::syntax::parse(query);
    if !parsed.errors.is_empty() {
        return Err(TraceError::Query(parsed.errors));
    }
    let probe = Probe::new(engine, session);
    let (lead, notes) = match session.prepare(engine, query) {
        Ok(_) => (String::new(), Vec::new()),
        Err(diagnostics) => match lenient(&diagnostics, query) {
            Lenient::NotRead(pattern) => return Ok(closing::not_read(&pattern, &engine.catalog().names())),
            Lenient::Nullify(names) => {
                let lead = "SET unmapped_fields=\"nullify\"; ".to_owned();
                // Other problems show now.
                session.prepare(engine, &format!("{lead}{query}")).map_err(TraceError::Query)?;
                let verb = if names.len() == 1 { "is" } else { "are" };
                let note = format!("{} {verb} in no event and in no dictionary, and taken as absent", names.join(", "));
                (lead, vec![note])
            }
            Lenient::No => return Err(TraceError::Query(diagnostics)),
        },
    };
    let tracer = Tracer::new(&probe, query);
    let settings = Span::new(0, parsed.statement.query.span.start as usize).text(query);
    let chain = Chain {
        before: None,
        lead: format!("{lead}{settings}"),
        start: parsed.statement.query.span.start as usize,
        commands: &parsed.statement.query.commands,
    };
    let stages = tracer.chain(&chain, &Origins::new())?;
    let first = stages.first().map_or(0, |stage| stage.rows_out);
    let mut trace = closing::close(stages, query, events);
    trace.notes.splice(0..0, notes);
    if first > events && events > 0 {
        trace.notes.push(format!(
            "FROM gives {first} rows, but {events} came from --event: the other inputs are read by FROM as well"
        ));
    }
    Ok(trace)
}

enum Lenient {
    NotRead(String),
    Nullify(Vec<String>),
    No,
}

/// What can be done about errors that come of there being so little data.
fn lenient(diagnostics: &[Diagnostic], query: &str) -> Lenient {
    let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    if let Some(unknown) = diagnostics.iter().find(|diagnostic| diagnostic.code == Code::UNKNOWN_INDEX) {
        let name = bracketed(&unknown.message).unwrap_or_default();
        // A list that LOOKUP JOIN misses is no event that wasn't read.
        let is_source = sources::indices(query).iter().any(|pattern| pattern == &name) || name.contains(',');
        return if diagnostics.len() == 1 && is_source { Lenient::NotRead(name) } else { Lenient::No };
    }
    if errors.all(|diagnostic| diagnostic.code == Code::UNKNOWN_COLUMN) {
        let mut names: Vec<String> = diagnostics.iter().filter_map(|d| bracketed(&d.message)).collect();
        names.dedup();
        return Lenient::Nullify(names);
    }
    Lenient::No
}

fn bracketed(message: &str) -> Option<String> {
    let (_, rest) = message.split_once('[')?;
    Some(rest.split_once(']')?.0.to_owned())
}
