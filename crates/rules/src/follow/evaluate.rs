//! Rules over new events and over windows that are over.

use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use quarry::diagnostics::Code;
use quarry::{Engine, Input, Session};
use sha1::{Digest, Sha1};

use super::files::Chunk;
use super::held::{Given, Held};
use super::mark::hex;
use super::schedule::{Windows, is_by_event};
use super::state::State;
use super::suppress::Quiet;
use super::{FollowError, FollowOptions, FollowSummary, ingest};
use crate::{Alert, Event, Rule, RuleFailure, RunOptions, search, write_events};

/// Windows looked at before what came of them is written down.
const MOST_WINDOWS: usize = 50;

/// An event that is later than the time of day by more is not from the future but wrong: it closes no window.
const MOST_AHEAD: i64 = 24 * 60 * 60 * 1000;

/// Events that are later behind the time of day by more come from an archive: windows don't close while nothing comes.
const LIVE: i64 = 60 * 60 * 1000;

/// The rules, by what they look at.
pub(super) struct Evaluator<'a> {
    options: &'a FollowOptions,
    by_event: Vec<(Rule, Option<Quiet>)>,
    by_window: Vec<(Rule, Option<Quiet>, Windows)>,
    /// How rules are run.
    run: RunOptions,
    /// The ids of rules of whose indices events came.
    fed: HashSet<String>,
    /// Rules that failed, and problems told: each once.
    told: HashSet<String>,
}

/// An evaluator with everything that it changes.
pub(super) struct Work<'w, 'a> {
    rules: &'w mut Evaluator<'a>,
    state: &'w mut State,
    held: &'w mut Held,
    given: &'w mut Given,
    summary: &'w mut FollowSummary,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(rules: &'a [Rule], options: &'a FollowOptions) -> Result<Self, FollowError> {
        let (mut by_event, mut by_window) = (Vec::new(), Vec::new());
        for rule in rules {
            let wrong = |message| FollowError::Rule { rule: rule.metadata.name.clone(), message };
            let quiet = Quiet::of(rule).map_err(wrong)?;
            if is_by_event(&rule.query) {
                by_event.push((rule.clone(), quiet));
                continue;
            }
            by_window.push((rule.clone(), quiet, Windows::of(rule).map_err(wrong)?));
        }
        let run = RunOptions { events: true, exceptions: options.exceptions.clone(), unsuppressed: true };
        Ok(Self { options, by_event, by_window, run, fed: HashSet::new(), told: HashSet::new() })
    }

    /// The rules of whose indices no event came.
    pub(super) fn without_input(&self) -> Vec<Rule> {
        let rules = self.by_event.iter().map(|(rule, _)| rule).chain(self.by_window.iter().map(|(rule, ..)| rule));
        rules.filter(|rule| !self.fed.contains(&rule.metadata.rule_id)).cloned().collect()
    }

    pub(super) fn work<'w>(
        &'w mut self,
        state: &'w mut State,
        held: &'w mut Held,
        given: &'w mut Given,
        summary: &'w mut FollowSummary,
    ) -> Work<'w, 'a> {
        Work { rules: self, state, held, given, summary }
    }

    /// The earliest time that a coming window can reach.
    pub(super) fn needed_from(&self, state: &State) -> Option<i64> {
        let starts = self.by_window.iter().map(|(rule, _, windows)| {
            let done = state.done.get(&rule.metadata.rule_id)?;
            Some(done + windows.interval - windows.look_back)
        });
        starts.collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    fn engine(&self, file: &Path) -> Result<Engine, String> {
        let mut inputs = vec![Input::new(file.to_string_lossy())];
        inputs.extend(self.options.lookups.iter().cloned());
        Engine::open(&inputs, self.options.engine.clone()).map_err(|error| error.to_string())
    }

    /// Runs a rule. Fields that none of the few events has are absent, not wrong.
    fn run(
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

    fn told_once(&mut self, text: String, problems: &mut Vec<String>) {
        if self.told.insert(text.clone()) {
            problems.push(text);
        }
    }
}

impl Work<'_, '_> {
    /// Takes the events of a chunk: rules over single events look at them, the others get them later. `one_by_one`
    /// says that what comes later in it came later.
    pub(super) fn chunk(
        &mut self,
        chunk: &Chunk,
        one_by_one: bool,
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<()> {
        let events = match ingest::events(chunk, &self.rules.options.engine, problems) {
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
        self.hold(&events, one_by_one)?;
        if self.rules.by_event.is_empty() {
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
        let rules = std::mem::take(&mut self.rules.by_event);
        for (rule, quiet) in &rules {
            let mut alerts = Vec::new();
            if let Err(failure) = self.rules.run(rule, &engine, &session, &mut alerts) {
                self.failed(rule, &failure, problems);
                continue;
            }
            for mut alert in alerts {
                if self.given.add(&alert.uuid)? && self.is_first(rule, quiet.as_ref(), &mut alert, None) {
                    out.push(line(&alert));
                }
            }
        }
        self.rules.by_event = rules;
        Ok(())
    }

    fn hold(&mut self, events: &[Event], one_by_one: bool) -> io::Result<()> {
        if self.rules.by_window.is_empty() {
            return Ok(());
        }
        let wall = Session::default().now_millis;
        for event in events {
            let Some(time) = event.timestamp else { continue };
            let came_at = self.state.latest.unwrap_or(i64::MIN);
            let over = came_at.saturating_sub(self.rules.options.lateness);
            let misses = |windows: &Windows| windows.end_at(time) <= over;
            self.summary.late += u64::from(self.rules.by_window.iter().any(|(.., windows)| misses(windows)));
            self.held.add(event, time, came_at)?;
            if time <= wall + MOST_AHEAD {
                self.state.ahead = self.state.ahead.max(Some(time));
            }
            if one_by_one {
                self.state.latest = self.state.latest.max(self.state.ahead);
            }
        }
        Ok(())
    }

    /// Looks at windows that are over. `idle` is how long nothing came; `None` where nothing will come any more.
    /// Returns whether there are more.
    pub(super) fn windows(
        &mut self,
        idle: Option<Duration>,
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<bool> {
        self.state.latest = self.state.latest.max(self.state.ahead);
        let Some(latest) = self.state.latest else { return Ok(false) };
        let wall = Session::default().now_millis;
        let mut left = MOST_WINDOWS;
        let rules = std::mem::take(&mut self.rules.by_window);
        let before = out.len();
        for (rule, quiet, windows) in &rules {
            let over = match idle {
                // The last window is the one that the last event is in.
                None => windows.end_at(latest),
                Some(idle) => self.over(latest, idle, wall, windows),
            };
            while left > 0 {
                let Some(end) = self.next_end(rule, windows) else { break };
                if end > over {
                    break;
                }
                left -= 1;
                self.window((rule, quiet.as_ref(), windows), end, out, problems)?;
                self.state.done.insert(rule.metadata.rule_id.clone(), end);
            }
        }
        self.rules.by_window = rules;
        Ok(left < MOST_WINDOWS || out.len() > before)
    }

    /// The time up to which windows are over.
    fn over(&mut self, latest: i64, idle: Duration, wall: i64, windows: &Windows) -> i64 {
        let idle = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX);
        let is_live = wall.saturating_sub(idle).saturating_sub(latest) < LIVE;
        let passed = if is_live { idle.saturating_sub(windows.interval).max(0) } else { 0 };
        if passed > 0 {
            // What comes now from before is late, as if an event of this time had come.
            let advanced = latest.saturating_add(passed);
            if self.held.any_in(latest - windows.look_back, latest) {
                self.state.latest = self.state.latest.max(Some(advanced));
            }
        }
        latest.saturating_add(passed).saturating_sub(self.rules.options.lateness)
    }

    /// The end of the next window that holds an event.
    fn next_end(&self, rule: &Rule, windows: &Windows) -> Option<i64> {
        let Some(done) = self.state.done.get(&rule.metadata.rule_id) else {
            return Some(windows.end_at(self.held.first()?));
        };
        let next = done + windows.interval;
        if self.held.any_in(next - windows.look_back, next) {
            return Some(next);
        }
        Some(windows.end_at(self.held.first_after(next)?))
    }

    fn window(
        &mut self,
        (rule, quiet, windows): (&Rule, Option<&Quiet>, &Windows),
        end: i64,
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<()> {
        // Which events are in doesn't depend on how many were read at once, only on the order in which they came.
        let over = end.saturating_add(self.rules.options.lateness);
        let lines = self.held.lines(end - windows.look_back, end, over)?;
        if lines.is_empty() {
            return Ok(());
        }
        let mut file = tempfile::Builder::new().prefix("window").suffix(".ndjson").tempfile()?;
        file.write_all(lines.as_bytes())?;
        file.flush()?;
        let engine = match self.rules.engine(file.path()) {
            Ok(engine) => engine,
            Err(message) => {
                problems.push(message);
                return Ok(());
            }
        };
        let session = Session { now_millis: end, ..self.rules.options.session.clone() };
        let mut alerts = Vec::new();
        if let Err(failure) = self.rules.run(rule, &engine, &session, &mut alerts) {
            self.failed(rule, &failure, problems);
            return Ok(());
        }
        let repeats = self.state.repeats.entry(rule.metadata.rule_id.clone()).or_default();
        repeats.retain(|_, first| end - *first <= windows.look_back);
        // The same row of a window that overlaps is the same alert. Of one that doesn't, it is another.
        alerts.retain(|alert| match repeats.contains_key(&alert.uuid) {
            true => false,
            false => repeats.insert(alert.uuid.clone(), end).is_none(),
        });
        for mut alert in alerts {
            if alert.document.get("kibana.alert.ancestors").and_then(|a| a.as_array()).is_some_and(|a| !a.is_empty()) {
                if self.given.add(&alert.uuid)? && self.is_first(rule, quiet, &mut alert, Some(end)) {
                    out.push(line(&alert));
                }
                continue;
            }
            let id = hex(&Sha1::digest(format!("{} {end}", alert.uuid).as_bytes()));
            alert.document.insert("kibana.alert.uuid".into(), id.into());
            if self.is_first(rule, quiet, &mut alert, Some(end)) {
                out.push(line(&alert));
            }
        }
        Ok(())
    }

    /// Whether suppression lets an alert out. One that it doesn't is counted.
    fn is_first(&mut self, rule: &Rule, quiet: Option<&Quiet>, alert: &mut Alert, run: Option<i64>) -> bool {
        let Some(quiet) = quiet else { return true };
        let groups = self.state.groups.entry(rule.metadata.rule_id.clone()).or_default();
        let first = quiet.is_first(alert, run, self.rules.options.lateness, groups);
        self.summary.suppressed += u64::from(!first);
        first
    }

    fn failed(&mut self, rule: &Rule, failure: &RuleFailure, problems: &mut Vec<String>) {
        let message = match failure {
            RuleFailure::Query(diagnostics) => diagnostics.first().map(|d| d.message.clone()).unwrap_or_default(),
            RuleFailure::NoInput(message) => message.clone(),
            RuleFailure::Execution(error) => error.to_string(),
        };
        let before = problems.len();
        self.rules.told_once(format!("{}: {message}", rule.metadata.name), problems);
        self.summary.failed += u64::from(problems.len() > before);
    }
}

/// An alert on one line.
fn line(alert: &Alert) -> String {
    serde_json::Value::Object(alert.document.clone()).to_string()
}
