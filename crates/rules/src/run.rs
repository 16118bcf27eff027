//! A rule as one search over all of the input.

use std::ops::ControlFlow;

use quarry::diagnostics::Diagnostic;
use quarry::replay::record;
use quarry::{ColumnInfo, Engine, ExecError, Session, Summary};

use crate::alert::{Maker, Run};
use crate::exceptions::holds;
use crate::prepare::{Identity, Prepared, RunOptions, bad_rule, times};
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
    if let Some(suppression) = Suppression::of(rule).map_err(|message| bad_rule(&message))? {
        return grouped(rule, engine, session, options, suppression, sink);
    }
    let Prepared { query, mut reader, except, notes, .. } = Prepared::new(rule, engine, session, options, Vec::new())?;
    let maker = Maker::new(rule);
    let run = Run { now: session.now_millis, window: None };
    let summary = query
        .run(engine.account(), &mut |batch| {
            for (_, found) in reader.read(&batch, Identity::Stable, &mut |_| false) {
                let candidate = Maker::candidate(found);
                if except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                    continue;
                }
                sink(maker.alert(candidate, run))?;
            }
            ControlFlow::Continue(())
        })
        .map_err(RuleFailure::Execution)?;
    Ok(RuleRun {
        columns: reader.columns,
        summary,
        diagnostics: query.diagnostics().to_vec(),
        unmet_fields: query.unmet_fields(),
        suppressed: 0,
        notes,
    })
}

/// A rule that groups its alerts. The first event of a group leads it, so events are taken in the order of their times.
fn grouped(
    rule: &Rule,
    engine: &Engine,
    session: &Session,
    options: &RunOptions,
    suppression: Suppression,
    sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
) -> Result<RuleRun, RuleFailure> {
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
    let mut summary = recorded
        .run_all(session.now_millis, &mut |batch| {
            for (_, found) in reader.read(&batch, Identity::Stable, &mut |_| false) {
                let candidate = Maker::candidate(found);
                if except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                    continue;
                }
                // Without a schedule the events themselves tell the time.
                let time = candidate.time(&times).unwrap_or(run.now);
                let taken = suppressor.push(candidate, 0, time, time, &|candidate| maker.alert(candidate, run));
                suppressed += u64::from(taken == Taken::Added);
            }
            ControlFlow::Continue(())
        })
        .map_err(RuleFailure::Execution)?;
    let detected = quarry::format_time(run.now);
    for mut alert in suppressor.finish() {
        alert.document.insert("kibana.alert.last_detected".into(), detected.clone().into());
        if sink(alert).is_break() {
            break;
        }
    }
    summary.warnings.extend(recorded.warnings());
    Ok(RuleRun {
        columns: reader.columns,
        summary,
        diagnostics: recorded.query().diagnostics().to_vec(),
        unmet_fields: recorded.query().unmet_fields(),
        suppressed,
        notes,
    })
}
