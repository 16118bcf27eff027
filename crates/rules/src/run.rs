//! A rule as one search over all of the input.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::diagnostics::Diagnostic;
use quarry::replay::{Recorded, record};
use quarry::{Batch, ColumnInfo, Engine, Exclusion, ExecError, Query, Session, Summary};

use crate::alert::{Maker, Run};
use crate::exceptions::holds;
use crate::grouping::Grouping;
use crate::prepare::{Identity, Prepared, Reader, RunOptions, times_in_search};
use crate::{Alert, Rule};

/// A rule that ran to its end.
#[derive(Debug)]
pub struct RuleRun {
    /// The columns of its rows.
    pub columns: Vec<ColumnInfo>,
    /// What the run did beside giving alerts.
    pub summary: Summary,
    /// Warnings of the analysis.
    pub diagnostics: Vec<Diagnostic>,
    /// Fields that the query reads by name and that no event looked at has.
    pub unmet_fields: Vec<String>,
    /// Rows that became part of another alert.
    pub suppressed: u64,
    /// What else is to be said of the run.
    pub notes: Vec<String>,
    /// How long it took; where rules ran side by side, an equal part of the whole.
    pub took: Duration,
}

/// Why a rule could not run.
#[derive(Debug)]
pub enum RuleFailure {
    /// No input belongs to the indices that the rule reads.
    NoInput(String),
    /// The query is right and uses what this engine leaves out.
    Unsupported(String),
    /// The query is wrong, or what stands beside it.
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
    search(rule, engine, session, &RunOptions::default(), sink)
}

/// The same with exceptions, and with events where they are wanted. Where the rule groups its alerts, they come at
/// the end, in the order of their events.
///
/// # Errors
/// The query is wrong, or the run could not go on.
pub fn search(
    rule: &Rule,
    engine: &Engine,
    session: &Session,
    options: &RunOptions,
    sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
) -> Result<RuleRun, RuleFailure> {
    let began = Instant::now();
    let (query, mut search) = Search::new(rule, engine, session, options)?;
    if search.wants_recording() {
        let recorded = record(vec![query], engine).pop();
        let recorded = recorded.unwrap_or(Err(ExecError::Internal("a rule that was not read")));
        return search.replay(&recorded.map_err(RuleFailure::Execution)?, began, sink);
    }
    let summary =
        query.run(engine.account(), &mut |batch| search.take(&batch, sink)).map_err(RuleFailure::Execution)?;
    search.finish(sink);
    Ok(search.end(&query, summary, began.elapsed()))
}

/// Makes alerts of a query's rows.
pub(crate) struct Search<'a> {
    reader: Reader,
    maker: Maker<'a>,
    run: Run,
    except: Vec<Exclusion>,
    /// Where alerts that belong together become one.
    grouping: Option<Grouping>,
    notes: Vec<String>,
}

impl<'a> Search<'a> {
    /// The query comes first. Where it [wants a recording](Self::wants_recording), its rows are to come from there.
    ///
    /// # Errors
    /// The query is wrong.
    pub(crate) fn new(
        rule: &'a Rule,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
    ) -> Result<(Query, Self), RuleFailure> {
        let mut prepared = Prepared::new(rule, engine, session, options, Vec::new())?;
        let suppression = prepared.suppression.take().filter(|_| !options.unsuppressed);
        // Rows of single events come in the order in which files are read, which is not that of their times.
        let sorts = suppression.is_some() && !prepared.reader.aggregates();
        if sorts {
            prepared = Prepared::new(rule, engine, session, options, times_in_search(rule))?;
        }
        let Prepared { query, reader, except, notes, .. } = prepared;
        let run = Run { now: session.now_millis, window: None };
        let in_order = sorts && query.keeps_order();
        let grouping = suppression.map(|suppression| Grouping::new(rule, suppression, in_order, run));
        Ok((query, Self { reader, maker: Maker::new(rule), run, except, grouping, notes }))
    }

    /// Whether rows are to be taken in the order of their events' times.
    pub(crate) fn wants_recording(&self) -> bool {
        self.grouping.is_some() && !self.reader.aggregates()
    }

    pub(crate) fn take(&mut self, batch: &Batch, sink: &mut dyn FnMut(Alert) -> ControlFlow<()>) -> ControlFlow<()> {
        for (_, found) in self.reader.read(batch, Identity::Stable, &mut |_| false) {
            let candidate = Maker::candidate(found);
            if self.except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                continue;
            }
            match &mut self.grouping {
                Some(grouping) => grouping.take(candidate, &self.maker, self.run, sink)?,
                None => sink(self.maker.alert(candidate, self.run))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// Gives the alerts that waited for others to join them.
    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(Alert) -> ControlFlow<()>) {
        if let Some(grouping) = &mut self.grouping {
            grouping.finish(sink);
        }
    }

    /// Runs over rows that were recorded.
    ///
    /// # Errors
    /// The run could not go on.
    pub(crate) fn replay(
        mut self,
        recorded: &Recorded,
        began: Instant,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> Result<RuleRun, RuleFailure> {
        let mut summary =
            recorded.run_all(self.run.now, &mut |batch| self.take(&batch, sink)).map_err(RuleFailure::Execution)?;
        self.finish(sink);
        summary.warnings.extend(recorded.warnings());
        Ok(self.end(recorded.query(), summary, began.elapsed()))
    }

    pub(crate) fn end(self, query: &Query, summary: Summary, took: Duration) -> RuleRun {
        RuleRun {
            columns: self.reader.columns,
            summary,
            diagnostics: query.diagnostics().to_vec(),
            unmet_fields: query.unmet_fields(),
            suppressed: self.grouping.map_or(0, |grouping| grouping.suppressed),
            notes: self.notes,
            took,
        }
    }
}
