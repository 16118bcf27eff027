//! A rule as one search over all of the input.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::diagnostics::Diagnostic;
use quarry::{Batch, ColumnInfo, Engine, Exclusion, ExecError, Query, QueryRun, Session, Summary};

use crate::alert::{Maker, Run};
use crate::exceptions::holds;
use crate::prepare::{Identity, Prepared, Reader, RunOptions};
use crate::suppress::{Suppression, Suppressor, Taken};
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
    /// How long it took; where rules ran side by side, all of them.
    pub took: Duration,
}

/// Why a rule could not run.
#[derive(Debug)]
pub enum RuleFailure {
    /// No input belongs to the indices that the rule reads.
    NoInput(String),
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
    let summary =
        query.run(engine.account(), &mut |batch| search.take(&batch, sink)).map_err(RuleFailure::Execution)?;
    Ok(search.end(&query, summary, began, sink))
}

/// What is heard of rules that run side by side.
#[derive(Debug)]
pub enum SearchEvent {
    /// A rule gives an alert.
    Alert(Box<Alert>),
    /// A rule is done; the events of the next one follow.
    Done(Result<Box<RuleRun>, RuleFailure>),
}

/// Alerts of one rule that are held until it is its turn. A rule with more runs again by itself.
const MOST_HELD: usize = 10_000;

/// Runs each of `rules` as [`search`] does, with one pass over what they read in common. Their events come rule by rule, in
/// the order of the rules.
pub fn search_all(
    rules: &[Rule],
    engine: &Engine,
    session: &Session,
    options: &RunOptions,
    sink: &mut dyn FnMut(&Rule, SearchEvent) -> ControlFlow<()>,
) {
    let began = Instant::now();
    let mut prepared: Vec<Result<Side<'_>, RuleFailure>> = rules
        .iter()
        .map(|rule| Search::new(rule, engine, session, options).map(|(query, search)| Side::new(query, search)))
        .collect();
    let mut sides: Vec<&mut Side<'_>> = prepared.iter_mut().filter_map(|side| side.as_mut().ok()).collect();
    let mut takes: Vec<_> = sides
        .iter_mut()
        .map(|side| {
            let Side { query, search, held, .. } = &mut **side;
            let take = move |batch: Batch| {
                search.take(&batch, &mut |alert| {
                    held.push(alert);
                    if held.len() > MOST_HELD { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
            };
            (&*query, take)
        })
        .collect();
    let runs = takes.iter_mut().map(|(query, take)| QueryRun { query, sink: take }).collect();
    let summaries = Query::run_together(runs, engine.account());
    drop(takes);
    for (side, summary) in sides.into_iter().zip(summaries) {
        side.summary = Some(summary);
    }
    for (rule, side) in rules.iter().zip(prepared) {
        if finish(rule, side, engine, session, options, began, sink).is_break() {
            return;
        }
    }
}

/// Hands over what a rule has given beside others.
fn finish(
    rule: &Rule,
    side: Result<Side<'_>, RuleFailure>,
    engine: &Engine,
    session: &Session,
    options: &RunOptions,
    began: Instant,
    sink: &mut dyn FnMut(&Rule, SearchEvent) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut flow = ControlFlow::Continue(());
    let mut give = |alert: Alert| {
        flow = sink(rule, SearchEvent::Alert(Box::new(alert)));
        flow
    };
    let done = match side {
        Err(failure) => Err(failure),
        Ok(Side { held, .. }) if held.len() > MOST_HELD => {
            drop(held);
            search(rule, engine, session, options, &mut give)
        }
        Ok(Side { query, search, held, summary }) => match summary {
            Some(Ok(summary)) => {
                if held.into_iter().try_for_each(&mut give).is_continue() {
                    Ok(search.end(&query, summary, began, &mut give))
                } else {
                    return ControlFlow::Break(());
                }
            }
            Some(Err(error)) => Err(RuleFailure::Execution(error)),
            None => Err(RuleFailure::Execution(ExecError::Internal("a rule that was not run"))),
        },
    };
    flow?;
    sink(rule, SearchEvent::Done(done.map(Box::new)))
}

/// A rule that runs beside others.
struct Side<'a> {
    query: Query,
    search: Search<'a>,
    held: Vec<Alert>,
    summary: Option<Result<Summary, ExecError>>,
}

impl<'a> Side<'a> {
    fn new(query: Query, search: Search<'a>) -> Self {
        Self { query, search, held: Vec::new(), summary: None }
    }
}

/// Makes alerts of a query's rows.
struct Search<'a> {
    rule: &'a Rule,
    reader: Reader,
    maker: Maker<'a>,
    run: Run,
    suppression: Option<Suppression>,
    except: Vec<Exclusion>,
    notes: Vec<String>,
    /// Alerts that are to be grouped.
    grouped: Vec<Alert>,
}

impl<'a> Search<'a> {
    fn new(
        rule: &'a Rule,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
    ) -> Result<(Query, Self), RuleFailure> {
        let Prepared { query, reader, suppression, except, notes } =
            Prepared::new(rule, engine, session, options, Vec::new())?;
        let run = Run { now: session.now_millis, window: None };
        let maker = Maker::new(rule);
        Ok((query, Self { rule, reader, maker, run, suppression, except, notes, grouped: Vec::new() }))
    }

    fn take(&mut self, batch: &Batch, sink: &mut dyn FnMut(Alert) -> ControlFlow<()>) -> ControlFlow<()> {
        for found in self.reader.read(batch, Identity::Stable) {
            let alert = self.maker.alert(found, self.run);
            if self.except.iter().any(|exclusion| holds(exclusion, &alert.source)) {
                continue;
            }
            if self.suppression.is_some() {
                self.grouped.push(alert);
            } else {
                sink(alert)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn end(
        mut self,
        query: &Query,
        summary: Summary,
        began: Instant,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> RuleRun {
        let mut suppressed = 0;
        if let Some(suppression) = self.suppression {
            let mut suppressor = Suppressor::new(suppression, self.rule);
            // Without a schedule the events themselves tell the time.
            self.grouped.sort_by_key(|alert| alert.time);
            for alert in self.grouped {
                let time = alert.time;
                suppressed += u64::from(suppressor.push(alert, 0, time, time) == Taken::Added);
            }
            let _ = suppressor.finish().into_iter().try_for_each(sink);
        }
        RuleRun {
            columns: self.reader.columns,
            summary,
            diagnostics: query.diagnostics().to_vec(),
            unmet_fields: query.unmet_fields(),
            suppressed,
            notes: self.notes,
            took: began.elapsed(),
        }
    }
}
