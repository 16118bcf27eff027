//! How far the time of the events is. Windows go by it, so it must not run ahead of what is still to be read.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::held::Held;
use super::mark::hex;
use super::state::{Growing, Part, State, Store};
use crate::Event;

/// An event that is later than the time of day by more is not from the future but wrong: it closes no window.
const MOST_AHEAD: i64 = 24 * 60 * 60 * 1000;

/// What is kept of a clock.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The time that it is: no event that was written before one of this time is still to be read.
    pub(super) latest: Option<i64>,
    /// The latest time of an event read.
    pub(super) ahead: Option<i64>,
    /// The same of each file that isn't read to its end.
    sources: BTreeMap<String, i64>,
    /// The events of windows that aren't over.
    events: Part,
}

/// The time of the events by some fields, and the events of windows that aren't over.
pub(super) struct Clock {
    /// The fields, the first that an event has.
    times: Vec<String>,
    pub(super) progress: Progress,
    /// The events, where a rule with windows goes by this clock.
    pub(super) held: Option<Held>,
    /// The latest time of an event before the look at the files that is being dealt with.
    before: Option<i64>,
}

impl Clock {
    /// The clock of `times`; it holds events if `holds`.
    pub(super) fn open(store: &Store, state: &State, times: &[String], holds: bool) -> io::Result<Self> {
        let progress = state.clocks.get(&times.join(",")).cloned().unwrap_or_default();
        let held = if holds { Some(Held::open(store, &file_name(times), &progress.events)?) } else { None };
        Ok(Self { times: times.to_vec(), before: progress.ahead, progress, held })
    }

    /// Whether it is that of `times`.
    pub(super) fn is_of(&self, times: &[String]) -> bool {
        self.times == times
    }

    /// The time of an event; `fields` are those whose times were read beside `@timestamp`.
    pub(super) fn time(&self, event: &Event, fields: &[String]) -> Option<i64> {
        self.times.iter().find_map(|name| match name.as_str() {
            "@timestamp" => event.timestamp,
            name => event.times.get(fields.iter().position(|field| field == name)?).copied().flatten(),
        })
    }

    /// Files are looked at anew.
    pub(super) fn begin(&mut self) {
        self.before = self.progress.ahead;
    }

    /// Takes in an event of the file `source`. `wall` is the time of day.
    pub(super) fn take(&mut self, event: &Event, time: i64, source: &str, wall: i64) -> io::Result<()> {
        if let Some(held) = &mut self.held {
            held.add(event, time, self.progress.latest.unwrap_or(i64::MIN))?;
        }
        if time > wall.saturating_add(MOST_AHEAD) {
            return Ok(());
        }
        self.progress.ahead = self.progress.ahead.max(Some(time));
        match self.progress.sources.get_mut(source) {
            Some(latest) => *latest = time.max(*latest),
            None => {
                self.progress.sources.insert(source.to_owned(), time);
            }
        }
        Ok(())
    }

    /// Goes on. An event that was read in an earlier look was written before this look, so whatever was written before
    /// it has been seen by now: it is read, or it is in one of the files `behind`, after what was read of that.
    pub(super) fn advance(&mut self, behind: &[String]) {
        let held_back = behind.iter().map(|source| self.progress.sources.get(source).copied()).min();
        let time = match held_back {
            Some(slowest) => self.before.min(slowest),
            None => self.before,
        };
        self.progress.latest = self.progress.latest.max(time);
        self.progress.sources.retain(|source, _| behind.contains(source));
    }

    /// Nothing is still to be read.
    pub(super) fn finish(&mut self) {
        self.progress.latest = self.progress.latest.max(self.progress.ahead);
    }

    /// Lets go of events before `time`, and puts the others on disk.
    pub(super) fn write_down(&mut self, store: &Store, time: Option<i64>, state: &mut State) -> io::Result<()> {
        if let Some(held) = &mut self.held {
            if let Some(time) = time {
                held.let_go(store, time)?;
            }
            self.progress.events = held.sync()?;
        }
        state.clocks.insert(self.times.join(","), self.progress.clone());
        Ok(())
    }

    /// Removes what no state refers to any more.
    pub(super) fn forget(&self, store: &Store) {
        Growing::forget(store, &file_name(&self.times), &self.progress.events);
    }
}

fn file_name(times: &[String]) -> String {
    match times {
        [only] if only == "@timestamp" => "events".to_owned(),
        _ => format!("events-{}", hex(&Sha1::digest(times.join(",").as_bytes())[..4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(times: &[&str]) -> Clock {
        let (store, state) = Store::open(None).unwrap();
        let times: Vec<String> = times.iter().map(|name| (*name).to_owned()).collect();
        Clock::open(&store, &state, &times, false).unwrap()
    }

    fn take(clock: &mut Clock, source: &str, time: i64) {
        clock.take(&Event::default(), time, source, 1_000_000).unwrap();
    }

    #[test]
    fn a_file_that_is_read_first_doesnt_make_another_late() {
        let mut clock = clock(&["@timestamp"]);
        take(&mut clock, "new", 1000);
        clock.advance(&["old".into()]);
        assert_eq!(clock.progress.latest, None, "nothing of the other is known");
        clock.begin();
        take(&mut clock, "old", 100);
        clock.advance(&["old".into()]);
        assert_eq!(clock.progress.latest, Some(100));
        clock.begin();
        take(&mut clock, "old", 200);
        clock.advance(&[]);
        assert_eq!(clock.progress.latest, Some(1000));
    }

    #[test]
    fn a_file_that_appeared_during_the_look_is_read_before_time_goes_on() {
        let mut clock = clock(&["@timestamp"]);
        take(&mut clock, "a", 1000);
        clock.advance(&[]);
        assert_eq!(clock.progress.latest, None);
        clock.begin();
        take(&mut clock, "b", 500);
        clock.advance(&[]);
        assert_eq!((clock.progress.latest, clock.progress.ahead), (Some(1000), Some(1000)));
        assert!(clock.progress.sources.is_empty());
    }

    #[test]
    fn an_event_from_the_future_closes_nothing() {
        let mut clock = clock(&["@timestamp"]);
        take(&mut clock, "a", 1_000_000 + MOST_AHEAD + 1);
        clock.finish();
        assert_eq!(clock.progress.latest, None);
    }

    #[test]
    fn the_first_field_that_an_event_has_tells_its_time() {
        let clock = clock(&["event.ingested", "@timestamp"]);
        let fields = ["other".to_owned(), "event.ingested".to_owned()];
        let mut event = Event { timestamp: Some(1), times: vec![Some(3), None], ..Event::default() };
        assert_eq!(clock.time(&event, &fields), Some(1));
        event.times[1] = Some(2);
        assert_eq!(clock.time(&event, &fields), Some(2));
    }
}
