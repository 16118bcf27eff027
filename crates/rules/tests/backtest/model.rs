//! What scheduled runs have to give, worked out from a list of events alone: every window and every event is gone
//! through. It shares no code with what is tested.

use std::collections::{BTreeMap, HashMap, HashSet};

/// An event; times are minutes after the start.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) minute: i64,
    pub(crate) user: Option<u8>,
    pub(crate) n: i64,
    /// By how much later it arrived, where that is known.
    pub(crate) ingested: Option<i64>,
}

/// What is known to be harmless.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exception {
    /// Events of a user.
    User(u8),
    /// Rows whose column, which the query makes, has this value.
    Made(i64),
}

/// `alert_suppression`, by user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suppression {
    /// Minutes; a run where there are none.
    pub(crate) duration: Option<i64>,
    pub(crate) groups_missing: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) interval: i64,
    pub(crate) look_back: i64,
    pub(crate) delay: i64,
    pub(crate) max_signals: usize,
    pub(crate) suppression: Option<Suppression>,
    pub(crate) by_ingested: bool,
    pub(crate) falls_back: bool,
    pub(crate) as_reference: bool,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected<Row> {
    /// The alerts in order, each with the number of those that became part of it.
    pub(crate) alerts: Vec<(Row, u64)>,
    pub(crate) duplicates: u64,
    pub(crate) suppressed: u64,
    /// Alerts that a run was too full for, and such runs.
    pub(crate) cut: (u64, u64),
}

/// A group of events in the window that ends at a time: the run, the user, the number of events.
pub(crate) type Group = (i64, Option<u8>, u64);

impl Event {
    pub(crate) fn time(&self, settings: &Settings) -> Option<i64> {
        match (settings.by_ingested, self.ingested) {
            (true, Some(late)) => Some(self.minute + late),
            (true, None) if !settings.falls_back => None,
            _ => Some(self.minute),
        }
    }
}

impl Settings {
    /// The times of all runs: the last is the first whose window reaches the end of the range.
    pub(crate) fn runs(&self) -> Vec<i64> {
        let mut runs = vec![self.from + self.interval];
        while runs[runs.len() - 1] - self.delay < self.to {
            runs.push(runs[runs.len() - 1] + self.interval);
        }
        runs
    }

    fn excepts_user(&self, user: Option<u8>) -> bool {
        self.exceptions.iter().any(|one| matches!(one, Exception::User(except) if Some(*except) == user))
    }

    fn excepts_made(&self, value: i64) -> bool {
        self.exceptions.iter().any(|one| matches!(one, Exception::Made(except) if *except == value))
    }

    /// The events in the window of the run at `now`, with their places in the file, in the order of time.
    fn window<'e>(&self, events: &'e [Event], now: i64) -> Vec<(usize, i64, &'e Event)> {
        let mut inside: Vec<(usize, i64, &Event)> = Vec::new();
        for (place, event) in events.iter().enumerate() {
            let Some(time) = event.time(self) else { continue };
            if time >= now - self.look_back && time <= now - self.delay && !self.excepts_user(event.user) {
                inside.push((place, time, event));
            }
        }
        inside.sort_by_key(|(place, time, _)| (*time, *place));
        inside
    }
}

/// Alerts as they are made and suppressed.
struct Book<Row> {
    expected: Expected<Row>,
    /// By user, the latest group: its alert, its first time, its run.
    groups: HashMap<Option<u8>, (usize, i64, i64)>,
    made: usize,
    added: usize,
    cut: u64,
}

impl<Row> Book<Row> {
    fn new() -> Self {
        let expected = Expected { alerts: Vec::new(), duplicates: 0, suppressed: 0, cut: (0, 0) };
        Self { expected, groups: HashMap::new(), made: 0, added: 0, cut: 0 }
    }

    fn begin(&mut self) {
        (self.made, self.added, self.cut) = (0, 0, 0);
    }

    fn end(&mut self) {
        self.expected.cut.0 += self.cut;
        self.expected.cut.1 += u64::from(self.cut > 0);
    }

    /// Whether the run at `now` takes the row, as an alert or as part of one.
    fn take(&mut self, settings: &Settings, row: Row, user: Option<u8>, time: i64, now: i64) -> bool {
        let by = settings.suppression.filter(|by| user.is_some() || by.groups_missing);
        if let Some(by) = by
            && let Some((alert, first, run)) = self.groups.get_mut(&user)
        {
            let is_open = match by.duration {
                None => *run == now,
                Some(minutes) => now - minutes <= *first,
            };
            if is_open {
                if settings.as_reference && self.added >= settings.max_signals {
                    self.cut += 1;
                    return false;
                }
                self.added += 1;
                self.expected.suppressed += 1;
                self.expected.alerts[*alert].1 += 1;
                *first = (*first).min(time);
                return true;
            }
        }
        if self.made >= settings.max_signals {
            self.cut += 1;
            return false;
        }
        self.made += 1;
        if by.is_some() {
            self.groups.insert(user, (self.expected.alerts.len(), time, now));
        }
        self.expected.alerts.push((row, 0));
        true
    }
}

/// The events with an `n` of at least 2, whose made column is ten times that.
pub(crate) fn events(events: &[Event], settings: &Settings) -> Expected<usize> {
    let mut book = Book::new();
    let mut seen = HashSet::new();
    for now in settings.runs() {
        book.begin();
        for (place, time, event) in settings.window(events, now) {
            if event.n < 2 || settings.excepts_made(event.n * 10) {
                continue;
            }
            if seen.contains(&place) {
                book.expected.duplicates += 1;
            } else if book.take(settings, place, event.user, time, now) {
                seen.insert(place);
            }
        }
        book.end();
    }
    book.expected
}

/// The users with at least two events in a window, whose made column is the number of these; in the order of users,
/// those without a name last.
pub(crate) fn groups(events: &[Event], settings: &Settings) -> Expected<Group> {
    let mut book = Book::new();
    let mut last: HashMap<Option<u8>, i64> = HashMap::new();
    for now in settings.runs() {
        book.begin();
        let mut counts: BTreeMap<(bool, Option<u8>), u64> = BTreeMap::new();
        for (_, _, event) in settings.window(events, now) {
            *counts.entry((event.user.is_none(), event.user)).or_default() += 1;
        }
        counts.retain(|_, count| *count >= 2 && !settings.excepts_made(*count as i64));
        for (rows, ((_, user), count)) in counts.into_iter().enumerate() {
            if settings.as_reference {
                // It asks for no more rows than it may make alerts of, and tells no group from that of an earlier run.
                if rows >= settings.max_signals {
                    book.cut += 1;
                } else {
                    book.take(settings, (now, user, count), user, now, now);
                }
                continue;
            }
            if last.get(&user).is_some_and(|end| now - settings.look_back < *end) {
                book.expected.duplicates += 1;
            } else if book.take(settings, (now, user, count), user, now, now) {
                last.insert(user, now - settings.delay);
            }
        }
        book.end();
    }
    book.expected
}

/// One search over everything: the alerts and how many became part of each. A group lasts for its duration in the time
/// of the events, or for all of the search. Events without a time of the rule's own go by their timestamps, since there
/// is no window that they could be outside of.
pub(crate) fn search(events: &[Event], settings: &Settings) -> Vec<(usize, u64)> {
    let all = Settings { look_back: i64::MAX / 2, delay: 0, falls_back: true, ..settings.clone() };
    let mut alerts: Vec<(usize, u64)> = Vec::new();
    let mut groups: HashMap<Option<u8>, (usize, i64)> = HashMap::new();
    for (place, time, event) in all.window(events, i64::MAX / 2 - 1) {
        if event.n < 2 || settings.excepts_made(event.n * 10) {
            continue;
        }
        let by = settings.suppression.filter(|by| event.user.is_some() || by.groups_missing);
        if let Some(by) = by {
            if let Some((alert, first)) = groups.get(&event.user)
                && by.duration.is_none_or(|minutes| time - minutes <= *first)
            {
                alerts[*alert].1 += 1;
                continue;
            }
            groups.insert(event.user, (alerts.len(), time));
        }
        alerts.push((place, 0));
    }
    alerts
}
