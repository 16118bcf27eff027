//! Rules over a range of history, as they would have run on their schedules.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::diagnostics::Diagnostic;
use quarry::replay::{Recorded, record};
use quarry::{Batch, ColumnInfo, Engine, ExecError, Session};

use crate::alert::{Candidate, Maker, Run};
use crate::exceptions::holds;
use crate::prepare::{Identity, Prepared, Reader, RunOptions, bad_rule, times};
use crate::run::RuleFailure;
use crate::schedule::Schedule;
use crate::suppress::{Suppressor, Taken};
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
    let mut parts = Vec::with_capacity(rules.len());
    let mut queries = Vec::with_capacity(rules.len());
    for rule in rules {
        parts.push(Part::new(rule, engine, session, options).map(|(part, query)| {
            queries.push(query);
            part
        }));
    }
    let mut recorded = record(queries, engine).into_iter();
    let reading = began.elapsed().checked_div(rules.len().max(1) as u32).unwrap_or_default();
    for (rule, part) in rules.iter().zip(parts) {
        let done = part.and_then(|part| {
            let recorded = match recorded.next() {
                Some(Ok(recorded)) => recorded,
                // Those before it are gone by now, so there is more room.
                Some(Err(ExecError::MemoryLimit { .. })) => again(rule, engine, session, options)?,
                Some(Err(error)) => return Err(RuleFailure::Execution(error)),
                None => return Err(RuleFailure::Execution(ExecError::Internal("a rule that was not read"))),
            };
            part.run(&recorded, options, reading, &mut |alert| sink(rule, Event::Alert(Box::new(alert))))
        });
        if sink(rule, Event::Done(done.map(Box::new))).is_break() {
            return;
        }
    }
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
        if let Some(suppressor) = replay.part.suppressor {
            let _ = suppressor.finish().into_iter().try_for_each(sink);
        }
        outcome.warnings.sort();
        outcome.warnings.dedup();
        outcome.took = began.elapsed() + reading;
        Ok(outcome)
    }
}

/// What the runs of a rule know of those before them.
struct Replay<'r> {
    part: Part<'r>,
    maker: Maker<'r>,
    as_reference: bool,
    /// The ids of all alerts and of what became part of them.
    seen: HashSet<String>,
    /// For each group of events the end of the window of its last alert.
    groups: HashMap<String, i64>,
}

/// What was counted in one run.
#[derive(Default)]
struct Counted {
    made: u64,
    added: u64,
    cut: u64,
    rows: u64,
}

impl Replay<'_> {
    fn window(
        &mut self,
        recorded: &Recorded,
        window: quarry::replay::Window,
        number: i64,
        outcome: &mut RuleBacktest,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, ExecError> {
        let mut counted = Counted::default();
        let mut stopped = ControlFlow::Continue(());
        self.part.reader.begin();
        let run = Run { now: window.now, window: Some((window.first, window.last)) };
        if let Some(suppressor) = &mut self.part.suppressor {
            for alert in suppressor.settled(number, window.now) {
                if sink(alert).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        let summary = recorded.run(window, &mut |batch| {
            stopped = self.batch(&batch, run, number, &mut counted, outcome, sink);
            stopped
        })?;
        outcome.warnings.extend(summary.warnings);
        outcome.alerts += counted.made;
        outcome.suppressed += counted.added;
        if counted.cut > 0 {
            outcome.cut.0 += counted.cut;
            outcome.cut.1 += 1;
        }
        Ok(stopped)
    }

    fn batch(
        &mut self,
        batch: &Batch,
        run: Run,
        number: i64,
        counted: &mut Counted,
        outcome: &mut RuleBacktest,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let (first, last) = run.window.unwrap_or_default();
        let identity =
            if self.as_reference { Identity::Reference(first, last) } else { Identity::InWindow(first, last) };
        let (seen, before) = (&self.seen, outcome.duplicates);
        let mut repeated = 0;
        let found = self.part.reader.read(batch, identity, &mut |found| {
            let repeats = seen.contains(&found.uuid);
            repeated += u64::from(repeats);
            repeats
        });
        outcome.duplicates = before + repeated;
        let maker = &self.maker;
        for (row, found) in found {
            counted.rows += 1;
            let group =
                (!self.as_reference && self.part.reader.aggregates()).then(|| self.part.reader.group(batch, row));
            if self.seen.contains(&found.uuid) || group.as_ref().is_some_and(|group| self.overlaps(group, first)) {
                outcome.duplicates += 1;
                continue;
            }
            // The reference asks for no more rows of groups than it makes alerts of.
            let beyond = self.as_reference && self.part.reader.aggregates() && counted.rows > self.part.max_signals;
            let candidate = Maker::candidate(found);
            if self.part.except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                continue;
            }
            if beyond || self.is_full(&candidate, run, number, counted) {
                counted.cut += 1;
                continue;
            }
            self.seen.insert(candidate.found.uuid.clone());
            if let Some(group) = group {
                self.groups.insert(group, last);
            }
            let at = self.time(&candidate, run);
            match &mut self.part.suppressor {
                None => {
                    counted.made += 1;
                    sink(maker.alert(candidate, run))?;
                }
                Some(suppressor) => {
                    match suppressor.push(candidate, number, run.now, at, &|candidate| maker.alert(candidate, run)) {
                        Taken::New => counted.made += 1,
                        Taken::Added => counted.added += 1,
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether a window that begins at `first` overlaps that of the group's last alert.
    fn overlaps(&self, group: &str, first: i64) -> bool {
        self.groups.get(group).is_some_and(|last| first <= *last)
    }

    /// Whether the run has as many alerts as it may make.
    fn is_full(&self, candidate: &Candidate, run: Run, number: i64, counted: &Counted) -> bool {
        match &self.part.suppressor {
            None => counted.made >= self.part.max_signals,
            Some(suppressor) if suppressor.would_be_new(&candidate.source, number, run.now) => {
                counted.made >= self.part.max_signals
            }
            Some(_) => self.as_reference && counted.added >= self.part.max_signals,
        }
    }

    /// The time of the event by the rule's own time field.
    fn time(&self, candidate: &Candidate, run: Run) -> i64 {
        candidate.time(&self.part.times).unwrap_or(run.now)
    }
}
