//! Rules over a range of history, as they would have run on their schedules.

mod replay;

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::diagnostics::Diagnostic;
use quarry::replay::{Recorded, record};
use quarry::{ColumnInfo, Engine, ExecError, Session};

use replay::Replay;

use crate::alert::Maker;
use crate::in_order::{in_order, map_in_order};
use crate::prepare::{Prepared, Reader, RunOptions, bad_rule, times};
use crate::run::RuleFailure;
use crate::schedule::Schedule;
use crate::suppress::Suppressor;
use crate::{Alert, Rule};

/// What history is run, and how exactly.
#[derive(Clone, Debug, Default)]
pub struct BacktestOptions {
    /// When the rules are switched on, in milliseconds since the epoch; before the first event where it isn't said.
    pub from: Option<i64>,
    /// The last moment that has to be in a window; that of the last event where it isn't said.
    pub to: Option<i64>,
    /// Whether alerts are told apart and lost exactly as in the reference.
    pub as_reference: bool,
    /// How rules are run.
    pub run: RunOptions,
}

/// What the runs of a rule did beside giving alerts.
#[derive(Debug)]
pub struct RuleBacktest {
    /// The columns of its rows.
    pub columns: Vec<ColumnInfo>,
    /// Warnings of the analysis.
    pub diagnostics: Vec<Diagnostic>,
    /// What failed in single rows.
    pub warnings: Vec<String>,
    /// The schedule.
    pub schedule: Schedule,
    /// The times of the first run and of the last, in milliseconds since the epoch.
    pub span: (i64, i64),
    /// The runs; those that had no event to look at are among them.
    pub runs: i64,
    /// Of those, the runs with something to look at.
    pub evaluated: i64,
    /// The alerts.
    pub alerts: u64,
    /// Rows that an earlier run had already made an alert of.
    pub duplicates: u64,
    /// Rows that became part of another alert.
    pub suppressed: u64,
    /// Alerts lost to `max_signals`, and the runs that lost them.
    pub cut: (u64, u64),
    /// Events that are in no window, since they have no time.
    pub undated: usize,
    /// Fields that the query reads by name and that no event looked at has.
    pub unmet_fields: Vec<String>,
    /// How long reading and running took.
    pub took: Duration,
    /// What else is to be said of the runs.
    pub notes: Vec<String>,
}

/// What a backtest hands over.
#[derive(Debug)]
pub enum Event {
    /// An alert of the rule.
    Alert(Box<Alert>),
    /// The rule is done.
    Done(Result<Box<RuleBacktest>, RuleFailure>),
}

/// Runs every rule on its schedule and hands alerts to `sink`, rule by rule in the order of `rules`, each rule's in the
/// order of its runs. What a rule reads is read once for all of its runs.
pub fn backtest<'r>(
    rules: &'r [Rule],
    engine: &Engine,
    session: &Session,
    options: &BacktestOptions,
    sink: &mut dyn FnMut(&'r Rule, Event) -> ControlFlow<()>,
) {
    let began = Instant::now();
    let prepared =
        map_in_order(rules.iter().collect(), session.threads, |rule| Part::new(rule, engine, session, options));
    let mut queries = Vec::with_capacity(rules.len());
    let parts: Vec<Result<Part<'r>, RuleFailure>> = prepared
        .into_iter()
        .map(|prepared| {
            prepared.map(|(part, query)| {
                queries.push(query);
                part
            })
        })
        .collect();
    let mut recorded = record(queries, engine).into_iter();
    let reading = began.elapsed().checked_div(rules.len().max(1) as u32).unwrap_or_default();
    let read = parts.into_iter().map(|part| Read::new(part, &mut recorded)).collect();
    let run = |read: Read<'r>, give: &mut dyn FnMut(Ran<'r>) -> ControlFlow<()>| {
        let done = match read {
            Read::Failed(failure) => Err(failure),
            Read::Again(part) => return give(Ran::Again(part)),
            Read::Recorded(part, recorded) => {
                part.run(&recorded, options, reading, &mut |alert| give(Ran::Event(Event::Alert(Box::new(alert)))))
            }
        };
        give(Ran::Event(Event::Done(done.map(Box::new))))
    };
    in_order(read, session.threads, run, |number, ran| {
        let rule = &rules[number];
        match ran {
            Ran::Event(event) => sink(rule, event),
            Ran::Again(part) => {
                let done = again(rule, engine, session, options).and_then(|recorded| {
                    part.run(&recorded, options, reading, &mut |alert| sink(rule, Event::Alert(Box::new(alert))))
                });
                sink(rule, Event::Done(done.map(Box::new)))
            }
        }
    });
}

/// A rule after all has been read.
enum Read<'r> {
    Failed(RuleFailure),
    Recorded(Box<Part<'r>>, Box<Recorded>),
    /// There was no room for what it reads. Once those before it are done there may be.
    Again(Box<Part<'r>>),
}

impl<'r> Read<'r> {
    fn new(
        part: Result<Part<'r>, RuleFailure>,
        recorded: &mut impl Iterator<Item = Result<Recorded, ExecError>>,
    ) -> Self {
        let part = match part {
            Ok(part) => Box::new(part),
            Err(failure) => return Self::Failed(failure),
        };
        match recorded.next() {
            Some(Ok(recorded)) => Self::Recorded(part, Box::new(recorded)),
            Some(Err(ExecError::MemoryLimit { .. })) => Self::Again(part),
            Some(Err(error)) => Self::Failed(RuleFailure::Execution(error)),
            None => Self::Failed(RuleFailure::Execution(ExecError::Internal("a rule that was not read"))),
        }
    }
}

/// What comes of a rule.
enum Ran<'r> {
    Event(Event),
    Again(Box<Part<'r>>),
}

fn again(rule: &Rule, engine: &Engine, session: &Session, options: &BacktestOptions) -> Result<Recorded, RuleFailure> {
    let (_, query) = Part::new(rule, engine, session, options)?;
    match record(vec![query], engine).pop() {
        Some(recorded) => recorded.map_err(RuleFailure::Execution),
        None => Err(RuleFailure::Execution(ExecError::Internal("a rule that was not read"))),
    }
}

/// A rule and what its runs need beside the recorded events.
struct Part<'r> {
    rule: &'r Rule,
    schedule: Schedule,
    max_signals: u64,
    reader: Reader,
    suppressor: Option<Suppressor>,
    except: Vec<quarry::Exclusion>,
    notes: Vec<String>,
    /// The time fields of the rule, the first that an event has.
    times: Vec<String>,
}

impl<'r> Part<'r> {
    fn new(
        rule: &'r Rule,
        engine: &Engine,
        session: &Session,
        options: &BacktestOptions,
    ) -> Result<(Self, quarry::Query), RuleFailure> {
        let schedule = Schedule::of(rule).map_err(|message| bad_rule(&message))?;
        let times = times(rule);
        let prepared = Prepared::new(rule, engine, session, &options.run, times.clone())?;
        let max_signals = rule.metadata.fields.get("max_signals").and_then(|value| value.as_u64()).unwrap_or(100);
        let part = Self {
            rule,
            schedule,
            max_signals: max_signals.max(1),
            suppressor: prepared.suppression.map(|suppression| Suppressor::new(suppression, rule)),
            reader: prepared.reader,
            except: prepared.except,
            notes: prepared.notes,
            times,
        };
        Ok((part, prepared.query))
    }

    fn run(
        self,
        recorded: &Recorded,
        options: &BacktestOptions,
        reading: Duration,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> Result<RuleBacktest, RuleFailure> {
        let began = Instant::now();
        let schedule = self.schedule;
        let (first, last) = recorded.span().unwrap_or_else(|| {
            let only = options.from.or(options.to).unwrap_or(0);
            (only, only)
        });
        // Runs are at round times unless they are said to begin at another.
        let from = options.from.unwrap_or_else(|| (first - 1).div_euclid(schedule.interval) * schedule.interval);
        let to = options.to.unwrap_or(last);
        let runs = schedule.runs(from, to).map_err(|message| bad_rule(&message))?;
        let mut outcome = RuleBacktest {
            columns: self.reader.columns.clone(),
            diagnostics: recorded.query().diagnostics().to_vec(),
            warnings: recorded.warnings(),
            schedule,
            span: (schedule.window(from, 1).now, schedule.window(from, runs).now),
            runs,
            evaluated: 0,
            alerts: 0,
            duplicates: 0,
            suppressed: 0,
            cut: (0, 0),
            undated: recorded.undated(),
            unmet_fields: recorded.query().unmet_fields(),
            took: Duration::ZERO,
            notes: self.notes.clone(),
        };
        let mut replay = Replay {
            maker: Maker::new(self.rule),
            part: self,
            as_reference: options.as_reference,
            seen: HashSet::new(),
            groups: HashMap::new(),
        };
        let mut run = 1;
        while run <= runs {
            let window = schedule.window(from, run);
            if !recorded.makes_rows() {
                match recorded.next(window.first) {
                    None => break,
                    Some(time) if time > window.last => {
                        run = schedule.first_run_at(from, time).max(run + 1);
                        continue;
                    }
                    Some(_) => {}
                }
            }
            outcome.evaluated += 1;
            let flow = replay.window(recorded, window, run, &mut outcome, sink).map_err(RuleFailure::Execution)?;
            if flow.is_break() {
                break;
            }
            run += 1;
        }
        if let Some(suppressor) = &mut replay.part.suppressor {
            let _ = suppressor.rest().into_iter().try_for_each(sink);
        }
        outcome.warnings.sort();
        outcome.warnings.dedup();
        outcome.took = began.elapsed() + reading;
        Ok(outcome)
    }
}
