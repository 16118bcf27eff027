//! When a rule runs, and how far it looks back.

use quarry::replay::Window;

use crate::Rule;

/// A rule's schedule, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Between two runs: `interval`.
    pub interval: i64,
    /// From the beginning of a run's window to the run: `from`.
    pub look_back: i64,
    /// From the end of a run's window to the run: `to`, usually nothing.
    pub delay: i64,
}

/// More runs of one rule than this are refused: a century of five-minute runs.
const MOST_RUNS: i64 = 11_000_000;

impl Schedule {
    /// The schedule that the rule's file states, or the reference's default: every 5 minutes, 6 minutes back.
    ///
    /// # Errors
    /// What can't be read, in words.
    pub fn of(rule: &Rule) -> Result<Self, String> {
        let text = |name: &str| rule.metadata.fields.get(name).and_then(|value| value.as_str());
        let interval = match text("interval") {
            None => 5 * MINUTE,
            Some(text) => duration(text)
                .filter(|ms| *ms > 0)
                .ok_or_else(|| format!("interval = \"{text}\" is no span of time; write it as 5m, 1h or 1d"))?,
        };
        let back = |name: &str, default| match text(name) {
            None => Ok(default),
            Some(text) => {
                before_now(text).ok_or_else(|| format!("{name} = \"{text}\" is no time before now; write it as now-9m"))
            }
        };
        let (look_back, delay) = (back("from", 6 * MINUTE)?, back("to", 0)?);
        if look_back <= delay {
            return Err("the rule's window ends before it begins: from has to be earlier than to".to_owned());
        }
        Ok(Self { interval, look_back, delay })
    }

    /// The time between two windows that no window holds.
    #[must_use]
    pub fn gap(&self) -> i64 {
        (self.interval - (self.look_back - self.delay)).max(0)
    }

    /// How many runs it takes until everything up to `to` was in a window, if the rule is switched on at `from`.
    ///
    /// # Errors
    /// They are too many.
    pub fn runs(&self, from: i64, to: i64) -> Result<i64, String> {
        let span = to.saturating_sub(from).max(0).saturating_add(self.delay);
        let runs = span.div_euclid(self.interval) + i64::from(span.rem_euclid(self.interval) > 0);
        if runs > MOST_RUNS {
            return Err(format!("{runs} runs are more than the {MOST_RUNS} that are made; choose a shorter range"));
        }
        Ok(runs.max(1))
    }

    /// The window of the run number `run`, from 1, of a rule that is switched on at `from`.
    #[must_use]
    pub fn window(&self, from: i64, run: i64) -> Window {
        let now = from + run * self.interval;
        Window { first: now - self.look_back, last: now - self.delay, now }
    }

    /// The first run at a multiple of the interval whose window reaches `time`, as a time.
    #[must_use]
    pub fn round_run_at(&self, time: i64) -> i64 {
        let wait = time.saturating_add(self.delay);
        let runs = wait.div_euclid(self.interval) + i64::from(wait.rem_euclid(self.interval) > 0);
        runs.saturating_mul(self.interval)
    }

    /// The first run whose window reaches `time`.
    #[must_use]
    pub fn first_run_at(&self, from: i64, time: i64) -> i64 {
        let wait = time + self.delay - from;
        wait.div_euclid(self.interval) + i64::from(wait.rem_euclid(self.interval) > 0)
    }
}

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `90s`, `5m`, `1h`, `7d`, `2w` in milliseconds.
pub fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = unit(&text[digits.len()..])?;
    digits.trim().parse::<i64>().ok()?.checked_mul(unit)
}

/// A unit of time in milliseconds.
pub(crate) fn unit(text: &str) -> Option<i64> {
    Some(match text {
        "ms" => 1,
        "s" => SECOND,
        "m" => MINUTE,
        "h" | "H" => HOUR,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    })
}

/// `now` or `now-9m`, as what lies between it and now. Rounding (`now-1d/d`) is left out.
fn before_now(text: &str) -> Option<i64> {
    let rest = text.trim().strip_prefix("now")?;
    let rest = rest.split('/').next().unwrap_or(rest);
    if rest.is_empty() {
        return Some(0);
    }
    duration(rest.strip_prefix('-')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_with_their_units() {
        assert_eq!(duration("5m"), Some(300_000));
        assert_eq!(duration("7205m"), Some(432_300_000));
        assert_eq!(duration("1d"), Some(86_400_000));
        assert_eq!(duration("m"), None);
        assert_eq!(duration("5 parsecs"), None);
        assert_eq!(duration("9223372036854775807d"), None);
        assert_eq!(before_now("now-9m"), Some(540_000));
        assert_eq!(before_now("now"), Some(0));
        assert_eq!(before_now("now+5m"), None);
    }

    #[test]
    fn every_moment_of_the_range_is_in_a_window() {
        let schedule = Schedule { interval: 300, look_back: 360, delay: 0 };
        assert_eq!(schedule.runs(1000, 1000), Ok(1));
        assert_eq!(schedule.runs(1000, 1300), Ok(1));
        assert_eq!(schedule.runs(1000, 1301), Ok(2));
        let window = schedule.window(1000, 2);
        assert_eq!((window.first, window.last, window.now), (1240, 1600, 1600));
        assert_eq!(schedule.first_run_at(1000, 1300), 1);
        assert_eq!(schedule.first_run_at(1000, 1301), 2);
        assert_eq!(schedule.gap(), 0);
        assert_eq!(Schedule { look_back: 100, ..schedule }.gap(), 200);
        assert!(schedule.runs(0, i64::MAX / 2).is_err());
        assert_eq!([0, 1, -1, 300].map(|time| schedule.round_run_at(time)), [0, 300, 0, 300]);
        assert_eq!(Schedule { delay: 60, ..schedule }.round_run_at(241), 600);
    }
}
