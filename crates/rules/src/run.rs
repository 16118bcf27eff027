//! A rule as one search over all of the input.

use std::ops::ControlFlow;

use quarry::diagnostics::Diagnostic;
use quarry::{ColumnInfo, Engine, ExecError, Session, Summary};

use crate::alert::{Maker, Run};
use crate::exceptions::holds;
use crate::prepare::{Identity, Prepared, RunOptions};
use crate::suppress::{Suppressor, Taken};
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
    let Prepared { query, mut reader, suppression, except, notes } =
        Prepared::new(rule, engine, session, options, Vec::new())?;
    let maker = Maker::new(rule);
    let run = Run { now: session.now_millis, window: None };
    let mut held: Vec<Alert> = Vec::new();
    let summary = query
        .run(engine.account(), &mut |batch| {
            for found in reader.read(&batch, Identity::Stable) {
                let alert = maker.alert(found, run);
                if except.iter().any(|exclusion| holds(exclusion, &alert.source)) {
                    continue;
                }
                if suppression.is_some() {
                    held.push(alert);
                } else if sink(alert).is_break() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })
        .map_err(RuleFailure::Execution)?;
    let mut suppressed = 0;
    if let Some(suppression) = suppression {
        let mut suppressor = Suppressor::new(suppression, rule);
        // Without a schedule the events themselves tell the time.
        held.sort_by_key(|alert| alert.time);
        for alert in held {
            let time = alert.time;
            suppressed += u64::from(suppressor.push(alert, 0, time, time) == Taken::Added);
        }
        let detected = quarry::format_time(run.now);
        for mut alert in suppressor.finish() {
            alert.document.insert("kibana.alert.last_detected".into(), detected.clone().into());
            if sink(alert).is_break() {
                break;
            }
        }
    }
    Ok(RuleRun {
        columns: reader.columns,
        summary,
        diagnostics: query.diagnostics().to_vec(),
        unmet_fields: query.unmet_fields(),
        suppressed,
        notes,
    })
}
