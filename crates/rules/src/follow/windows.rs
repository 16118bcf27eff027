//! Rules over windows that are over.

use std::io::{self, Write};
use std::time::Duration;

use quarry::Session;
use sha1::{Digest, Sha1};

use super::clock::Clock;
use super::evaluate::{Followed, Work, ready_at};
use super::mark::hex;

/// Windows looked at before what came of them is written down.
const MOST_WINDOWS: usize = 50;

/// Events that are later behind the time of day by more come from an archive: windows don't close while nothing comes.
const LIVE: i64 = 60 * 60 * 1000;

impl Work<'_, '_> {
    /// Looks at windows that are over. `idle` is how long nothing came; `None` where nothing will come any more.
    /// Returns whether there are more.
    pub(super) fn windows(
        &mut self,
        idle: Option<Duration>,
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<bool> {
        let wall = Session::default().now_millis;
        let lateness = self.rules.options.lateness;
        let mut left = MOST_WINDOWS;
        let rules = std::mem::take(&mut self.rules.by_window);
        let before = out.len();
        for rule in &rules {
            let Some(clock) = self.clocks.iter().find(|clock| clock.is_of(&rule.times)) else { continue };
            let Some(latest) = clock.progress.latest else { continue };
            let time = latest.max(idle.map_or(latest, |idle| passed(clock, rule, idle, wall)));
            // The last window is the one that the last event is in.
            let last = rule.schedule.round_run_at(latest);
            while left > 0 {
                let Some(run) = self.next_run(rule) else { break };
                let is_over =
                    if idle.is_some() { ready_at(&rule.schedule, run, lateness) <= time } else { run <= last };
                if !is_over {
                    break;
                }
                left -= 1;
                self.window(rule, run, out, problems)?;
                self.state.done.insert(rule.id().to_owned(), run);
            }
        }
        self.rules.by_window = rules;
        self.close_groups(idle.is_none(), out)?;
        Ok(left < MOST_WINDOWS || out.len() > before)
    }

    /// The next run whose window holds an event.
    fn next_run(&self, rule: &Followed) -> Option<i64> {
        let schedule = &rule.schedule;
        let held = self.clocks.iter().find(|clock| clock.is_of(&rule.times))?.held.as_ref()?;
        let Some(done) = self.state.done.get(rule.id()) else {
            return Some(schedule.round_run_at(held.first()?));
        };
        let next = (done.div_euclid(schedule.interval) + 1) * schedule.interval;
        if held.any_in(next - schedule.look_back, next - schedule.delay) {
            return Some(next);
        }
        Some(schedule.round_run_at(held.first_after(next - schedule.delay)?))
    }

    fn window(
        &mut self,
        rule: &Followed,
        run: i64,
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<()> {
        let schedule = &rule.schedule;
        let ready = ready_at(schedule, run, self.rules.options.lateness);
        let held = self.clocks.iter_mut().find(|clock| clock.is_of(&rule.times)).and_then(|clock| clock.held.as_mut());
        let Some(held) = held else { return Ok(()) };
        let lines = held.lines(run - schedule.look_back, run - schedule.delay, ready)?;
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
        let session = Session { now_millis: run, ..self.rules.options.session.clone() };
        let mut alerts = Vec::new();
        if let Err(failure) = self.rules.run(&rule.rule, &engine, &session, &mut alerts) {
            self.failed(&rule.rule, &failure, problems);
            return Ok(());
        }
        let repeats = self.state.repeats.entry(rule.id().to_owned()).or_default();
        repeats.retain(|_, first| run - *first < schedule.look_back - schedule.delay);
        // A group, or a row that stands for none, of a window that overlaps is the same alert, as in a scheduled run. Of
        // one that begins where the other ends, or later, it is another.
        alerts.retain(|alert| {
            let what = alert.group.as_ref().unwrap_or(&alert.uuid);
            !repeats.contains_key(what) && repeats.insert(what.clone(), run).is_none()
        });
        let mut new = Vec::with_capacity(alerts.len());
        for mut alert in alerts {
            if alert.document.get("kibana.alert.ancestors").and_then(|a| a.as_array()).is_some_and(|a| !a.is_empty()) {
                if self.given.add(&alert.uuid)? {
                    new.push(alert);
                }
                continue;
            }
            let id = hex(&Sha1::digest(format!("{} {run}", alert.uuid).as_bytes()));
            alert.document.insert("kibana.alert.uuid".into(), id.into());
            new.push(alert);
        }
        self.let_out(rule, new, Some(run), out, problems)
    }
}

/// The time that it is where nothing came for longer than the rule's interval and the events are those of today.
fn passed(clock: &Clock, rule: &Followed, idle: Duration, wall: i64) -> i64 {
    let idle = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX);
    let ahead = clock.progress.ahead.unwrap_or(i64::MIN);
    let is_live = wall.saturating_sub(idle).saturating_sub(ahead) < LIVE;
    if is_live { ahead.saturating_add(idle.saturating_sub(rule.schedule.interval).max(0)) } else { ahead }
}
