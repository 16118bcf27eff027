//! Rules over new events.

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use quarry::diagnostics::Code;
use quarry::{Engine, Input, Session};

use super::by_event::is_by_event;
use super::clock::Clock;
use super::files::Chunk;
use super::held::Given;
use super::state::{State, Store};
use super::suppress::{Firsts, Quiet};
use super::{FollowError, FollowOptions, FollowSummary, ingest};
use crate::alert::time_in;
use crate::prepare::times;
use crate::{Alert, Event, Rule, RuleFailure, RunOptions, Schedule, search, write_events};

/// A rule and what its file says of when and how often it alerts.
pub(super) struct Followed {
    pub(super) rule: Rule,
    pub(super) quiet: Option<Quiet>,
    pub(super) schedule: Schedule,
    /// The fields in which it finds the time, the first that an event has.
    pub(super) times: Vec<String>,
    /// How many alerts one run may make, where the file says it.
    pub(super) most: Option<u64>,
}

impl Followed {
    fn of(rule: &Rule) -> Result<Self, FollowError> {
        let wrong = |message| FollowError::Rule { rule: rule.metadata.name.clone(), message };
        Ok(Self {
            rule: rule.clone(),
            quiet: Quiet::of(rule).map_err(wrong)?,
            schedule: Schedule::of(rule).map_err(wrong)?,
            times: times(rule),
            most: rule.metadata.fields.get("max_signals").and_then(|value| value.as_u64()).map(|most| most.max(1)),
        })
    }

    /// What its state is kept under.
    pub(super) fn id(&self) -> &str {
        &self.rule.metadata.rule_id
    }
}

/// The rules, by what they look at.
pub(super) struct Evaluator<'a> {
    pub(super) options: &'a FollowOptions,
    by_event: Vec<Followed>,
    pub(super) by_window: Vec<Followed>,
    /// The fields that a rule may find the time in, beside `@timestamp`.
    fields: Vec<String>,
    /// How rules are run.
    run: RunOptions,
    /// The ids of rules of whose indices events came.
    fed: HashSet<String>,
    /// Rules that failed, and problems told: each once.
    told: HashSet<String>,
}

/// An evaluator with everything that it changes.
pub(super) struct Work<'w, 'a> {
    pub(super) rules: &'w mut Evaluator<'a>,
    pub(super) state: &'w mut State,
    pub(super) clocks: &'w mut [Clock],
    pub(super) given: &'w mut Given,
    pub(super) firsts: &'w mut Firsts,
    pub(super) summary: &'w mut FollowSummary,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(rules: &'a [Rule], options: &'a FollowOptions) -> Result<Self, FollowError> {
        let (mut by_event, mut by_window) = (Vec::new(), Vec::new());
        for rule in rules {
            let kind = if is_by_event(&rule.query) { &mut by_event } else { &mut by_window };
            kind.push(Followed::of(rule)?);
        }
        let all = by_event.iter().chain(&by_window);
        let mut fields: Vec<String> = all.flat_map(|rule: &Followed| rule.times.iter().cloned()).collect();
        fields.sort();
        fields.dedup();
        fields.retain(|field| field != "@timestamp");
        let run = RunOptions { events: true, exceptions: options.exceptions.clone(), unsuppressed: true };
        Ok(Self { options, by_event, by_window, fields, run, fed: HashSet::new(), told: HashSet::new() })
    }

    /// All rules.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Followed> {
        self.by_event.iter().chain(&self.by_window)
    }

    /// The clocks that the rules go by.
    pub(super) fn clocks(&self, store: &Store, state: &State) -> io::Result<Vec<Clock>> {
        let mut clocks: Vec<Clock> = Vec::new();
        for rule in self.rules() {
            if clocks.iter().any(|clock| clock.is_of(&rule.times)) {
                continue;
            }
            let holds = self.by_window.iter().any(|other| other.times == rule.times);
            clocks.push(Clock::open(store, state, &rule.times, holds)?);
        }
        Ok(clocks)
    }

    /// The rules of whose indices no event came.
    pub(super) fn without_input(&self) -> Vec<Rule> {
        let rules = self.rules().map(|followed| &followed.rule);
        rules.filter(|rule| !self.fed.contains(&rule.metadata.rule_id)).cloned().collect()
    }

    /// The earliest time by `clock` that a coming window can reach.
    pub(super) fn needed_from(&self, clock: &Clock, state: &State) -> Option<i64> {
        let rules = self.by_window.iter().filter(|rule| clock.is_of(&rule.times));
        let starts = rules.map(|rule| {
            let done = state.done.get(rule.id())?;
            Some(done + rule.schedule.interval - rule.schedule.look_back)
        });
        starts.collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    pub(super) fn engine(&self, file: &Path) -> Result<Engine, String> {
        let mut inputs = vec![Input::new(file.to_string_lossy())];
        inputs.extend(self.options.lookups.iter().cloned());
        Engine::open(&inputs, self.options.engine.clone()).map_err(|error| error.to_string())
    }

    /// Runs a rule. Fields that none of the few events has are absent, not wrong.
    pub(super) fn run(
        &mut self,
        rule: &Rule,
        engine: &Engine,
        session: &Session,
        alerts: &mut Vec<Alert>,
    ) -> Result<(), RuleFailure> {
        let run = |rule: &Rule, alerts: &mut Vec<Alert>| {
            search(rule, engine, session, &self.run, &mut |alert| {
                alerts.push(alert);
                ControlFlow::Continue(())
            })
        };
        let done = match run(rule, alerts) {
            Ok(_) => Ok(()),
            Err(RuleFailure::NoInput(_)) => return Ok(()),
            Err(RuleFailure::Query(errors)) if errors.iter().all(|error| error.code == Code::UNKNOWN_COLUMN) => {
                let query = format!("SET unmapped_fields=\"nullify\"; {}", rule.query);
                alerts.clear();
                run(&Rule { query, ..rule.clone() }, alerts).map(|_| ())
            }
            Err(failure) => Err(failure),
        };
        self.fed.insert(rule.metadata.rule_id.clone());
        done
    }

    pub(super) fn told_once(&mut self, text: String, problems: &mut Vec<String>) {
        if self.told.insert(text.clone()) {
            problems.push(text);
        }
    }
}

impl Work<'_, '_> {
    /// Takes the events of the chunks of one look: rules over single events look at them, the others get them later.
    pub(super) fn chunks(
        &mut self,
        chunks: &[Chunk],
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<()> {
        let rules = std::mem::take(&mut self.rules.by_event);
        let mut found: Vec<Vec<Alert>> = rules.iter().map(|_| Vec::new()).collect();
        for chunk in chunks {
            self.chunk(chunk, &rules, &mut found, problems)?;
        }
        for (rule, mut alerts) in rules.iter().zip(found) {
            // The order of files isn't that of time, and a group begins with its first event.
            alerts.sort_by_key(|alert| time_in(&alert.source, &rule.times).unwrap_or(alert.time));
            self.let_out(rule, alerts, None, out, problems)?;
        }
        self.rules.by_event = rules;
        Ok(())
    }

    fn chunk(
        &mut self,
        chunk: &Chunk,
        rules: &[Followed],
        found: &mut [Vec<Alert>],
        problems: &mut Vec<String>,
    ) -> io::Result<()> {
        let events = match ingest::events(chunk, &self.rules.fields, &self.rules.options.engine, problems) {
            Ok(events) => events,
            Err(message) => {
                problems.push(format!("{}: {message}", chunk.name));
                return Ok(());
            }
        };
        self.summary.events += events.len() as u64;
        if events.is_empty() {
            return Ok(());
        }
        self.hold(&events, &chunk.key)?;
        if rules.is_empty() {
            return Ok(());
        }
        let file = write_events(&events)?;
        let engine = match self.rules.engine(file.path()) {
            Ok(engine) => engine,
            Err(message) => {
                problems.push(message);
                return Ok(());
            }
        };
        let mut session = self.rules.options.session.clone();
        if !self.rules.options.fixed_clock {
            session.now_millis = Session::default().now_millis;
        }
        for (rule, found) in rules.iter().zip(found) {
            let mut alerts = Vec::new();
            if let Err(failure) = self.rules.run(&rule.rule, &engine, &session, &mut alerts) {
                self.failed(&rule.rule, &failure, problems);
                continue;
            }
            for alert in alerts {
                if self.given.add(&alert.uuid)? {
                    found.push(alert);
                }
            }
        }
        Ok(())
    }

    /// Gives events to the clocks, and to windows that aren't over.
    fn hold(&mut self, events: &[Event], source: &str) -> io::Result<()> {
        let wall = Session::default().now_millis;
        for event in events {
            let (mut is_late, mut is_undated) = (false, false);
            for clock in &mut *self.clocks {
                let Some(time) = clock.time(event, &self.rules.fields) else {
                    is_undated |= clock.held.is_some();
                    continue;
                };
                let rules = self.rules.by_window.iter().filter(|rule| clock.is_of(&rule.times));
                let is_over = |rule: &Followed| {
                    let run = rule.schedule.round_run_at(time);
                    let ready = ready_at(&rule.schedule, run, self.rules.options.lateness);
                    clock.progress.latest.is_some_and(|latest| ready <= latest)
                        || self.state.done.get(rule.id()).is_some_and(|done| run <= *done)
                };
                is_late |= rules.into_iter().any(is_over);
                clock.take(event, time, source, wall)?;
            }
            self.summary.late += u64::from(is_late);
            self.summary.undated += u64::from(is_undated);
        }
        Ok(())
    }

    pub(super) fn failed(&mut self, rule: &Rule, failure: &RuleFailure, problems: &mut Vec<String>) {
        let message = match failure {
            RuleFailure::Query(diagnostics) => diagnostics.first().map(|d| d.message.clone()).unwrap_or_default(),
            RuleFailure::NoInput(message) | RuleFailure::Unsupported(message) => message.clone(),
            RuleFailure::Execution(error) => error.to_string(),
        };
        let before = problems.len();
        self.rules.told_once(format!("{}: {message}", rule.metadata.name), problems);
        let is_wrong = !matches!(failure, RuleFailure::Unsupported(_));
        self.summary.failed += u64::from(is_wrong && problems.len() > before);
    }
}

/// The time at which the run at `run` can be made: it has come, and nothing that may come late is in its window.
pub(super) fn ready_at(schedule: &Schedule, run: i64, lateness: i64) -> i64 {
    run.max(run.saturating_sub(schedule.delay).saturating_add(lateness))
}
