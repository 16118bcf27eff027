//! A rule as one search over all of the input.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::diagnostics::Diagnostic;
use quarry::replay::record;
use quarry::{Batch, ColumnInfo, Engine, Exclusion, ExecError, Query, QueryRun, Session, Summary};

use crate::alert::{Maker, Run};
use crate::exceptions::holds;
use crate::prepare::{Identity, Prepared, Reader, RunOptions, bad_rule, times};
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
    /// How long it took; where rules ran side by side, an equal part of the whole.
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
    if let Some(suppression) = Suppression::of(rule).map_err(|message| bad_rule(&message))?
        && !options.unsuppressed
    {
        return grouped(rule, engine, session, options, suppression, sink);
    }
    let (query, mut search) = Search::new(rule, engine, session, options)?;
    let summary =
        query.run(engine.account(), &mut |batch| search.take(&batch, sink)).map_err(RuleFailure::Execution)?;
    Ok(search.end(&query, summary, began.elapsed()))
}

/// How often, in milliseconds of the events' time, alerts that nothing can join any more are given away.
const SETTLING: i64 = 60_000;

/// A rule that groups its alerts. The first event of a group leads it, so events are taken in the order of their times.
fn grouped(
    rule: &Rule,
    engine: &Engine,
    session: &Session,
    options: &RunOptions,
    suppression: Suppression,
    sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
) -> Result<RuleRun, RuleFailure> {
    let began = Instant::now();
    let Prepared { query, mut reader, except, notes, .. } = Prepared::new(rule, engine, session, options, times(rule))?;
    let times = times(rule);
    let recorded = match record(vec![query], engine).pop() {
        Some(recorded) => recorded.map_err(RuleFailure::Execution)?,
        None => return Err(RuleFailure::Execution(ExecError::Internal("a rule that was not read"))),
    };
    let maker = Maker::new(rule);
    let run = Run { now: session.now_millis, window: None };
    let mut suppressor = Suppressor::new(suppression, rule);
    let mut suppressed = 0;
    let mut settled_at = i64::MIN;
    let detected = quarry::format_time(run.now);
    let mut give = |mut alert: Alert| {
        alert.document.insert("kibana.alert.last_detected".into(), detected.clone().into());
        sink(alert)
    };
    let in_order = recorded.query().keeps_order();
    let mut summary = recorded
        .run_all(session.now_millis, &mut |batch| {
            for (_, found) in reader.read(&batch, Identity::Stable, &mut |_| false) {
                let candidate = Maker::candidate(found);
                if except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                    continue;
                }
                // Without a schedule the events themselves tell the time.
                let time = candidate.time(&times).unwrap_or(run.now);
                if in_order && time > settled_at {
                    settled_at = time.saturating_add(SETTLING);
                    suppressor.settled(0, time).into_iter().try_for_each(&mut give)?;
                }
                let taken = suppressor.push(candidate, 0, time, time, &|candidate| maker.alert(candidate, run));
                suppressed += u64::from(taken == Taken::Added);
            }
            ControlFlow::Continue(())
        })
        .map_err(RuleFailure::Execution)?;
    let _ = suppressor.finish().into_iter().try_for_each(&mut give);
    summary.warnings.extend(recorded.warnings());
    Ok(RuleRun {
        columns: reader.columns,
        summary,
        diagnostics: recorded.query().diagnostics().to_vec(),
        unmet_fields: recorded.query().unmet_fields(),
        suppressed,
        notes,
        took: began.elapsed(),
    })
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
    let mut prepared: Vec<Result<Side<'_>, RuleFailure>> =
        rules.iter().map(|rule| Side::new(rule, engine, session, options)).collect();
    let mut sides: Vec<&mut Beside<'_>> = prepared
        .iter_mut()
        .filter_map(|side| match side {
            Ok(Side::Beside(side)) => Some(side.as_mut()),
            _ => None,
        })
        .collect();
    let mut takes: Vec<_> = sides
        .iter_mut()
        .map(|side| {
            let Beside { query, search, held, .. } = &mut **side;
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
    let part = began.elapsed().checked_div(rules.len().max(1) as u32).unwrap_or_default();
    for (rule, side) in rules.iter().zip(prepared) {
        if finish(rule, side, engine, session, options, part, sink).is_break() {
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
    part: Duration,
    sink: &mut dyn FnMut(&Rule, SearchEvent) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut flow = ControlFlow::Continue(());
    let mut give = |alert: Alert| {
        flow = sink(rule, SearchEvent::Alert(Box::new(alert)));
        flow
    };
    let done = match side {
        Err(failure) => Err(failure),
        Ok(Side::Alone) => search(rule, engine, session, options, &mut give),
        Ok(Side::Beside(side)) if side.held.len() > MOST_HELD => {
            drop(side);
            search(rule, engine, session, options, &mut give)
        }
        Ok(Side::Beside(side)) => {
            let Beside { query, search, held, summary } = *side;
            held.into_iter().try_for_each(&mut give)?;
            summary
                .unwrap_or(Err(ExecError::Internal("a rule that was not run")))
                .map(|summary| search.end(&query, summary, part))
                .map_err(RuleFailure::Execution)
        }
    };
    flow?;
    sink(rule, SearchEvent::Done(done.map(Box::new)))
}

/// How a rule runs where there are others.
enum Side<'a> {
    /// It needs its events in an order of its own.
    Alone,
    /// Beside the others.
    Beside(Box<Beside<'a>>),
}

struct Beside<'a> {
    query: Query,
    search: Search<'a>,
    held: Vec<Alert>,
    summary: Option<Result<Summary, ExecError>>,
}

impl<'a> Side<'a> {
    fn new(rule: &'a Rule, engine: &Engine, session: &Session, options: &RunOptions) -> Result<Self, RuleFailure> {
        if Suppression::of(rule).map_err(|message| bad_rule(&message))?.is_some() {
            return Ok(Self::Alone);
        }
        let (query, search) = Search::new(rule, engine, session, options)?;
        Ok(Self::Beside(Box::new(Beside { query, search, held: Vec::new(), summary: None })))
    }
}

/// Makes alerts of a query's rows.
struct Search<'a> {
    reader: Reader,
    maker: Maker<'a>,
    run: Run,
    except: Vec<Exclusion>,
    notes: Vec<String>,
}

impl<'a> Search<'a> {
    fn new(
        rule: &'a Rule,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
    ) -> Result<(Query, Self), RuleFailure> {
        let Prepared { query, reader, except, notes, .. } = Prepared::new(rule, engine, session, options, Vec::new())?;
        let run = Run { now: session.now_millis, window: None };
        Ok((query, Self { reader, maker: Maker::new(rule), run, except, notes }))
    }

    fn take(&mut self, batch: &Batch, sink: &mut dyn FnMut(Alert) -> ControlFlow<()>) -> ControlFlow<()> {
        for (_, found) in self.reader.read(batch, Identity::Stable, &mut |_| false) {
            let candidate = Maker::candidate(found);
            if self.except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                continue;
            }
            sink(self.maker.alert(candidate, self.run))?;
        }
        ControlFlow::Continue(())
    }

    fn end(self, query: &Query, summary: Summary, took: Duration) -> RuleRun {
        RuleRun {
            columns: self.reader.columns,
            summary,
            diagnostics: query.diagnostics().to_vec(),
            unmet_fields: query.unmet_fields(),
            suppressed: 0,
            notes: self.notes,
            took,
        }
    }
}
