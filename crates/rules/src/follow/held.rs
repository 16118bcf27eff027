//! The events of windows that aren't over: their texts on disk, their times in memory.

use std::collections::BTreeMap;
use std::io;

use super::state::{Growing, Part, Store};
use crate::Event;

/// An event of the past that a window may still need.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The latest time that had been seen before it came: a window that was over by then is over without it.
    came_at: i64,
    at: u64,
    bytes: usize,
}

/// Events by time.
pub(super) struct Held {
    file: Growing,
    /// By time.
    entries: BTreeMap<i64, Vec<Entry>>,
    /// Bytes of the file that belong to events let go.
    stale: u64,
}

impl Held {
    pub(super) fn open(store: &Store, name: &str, part: &Part) -> io::Result<Self> {
        let mut file = Growing::open(store, name, part)?;
        let text = file.read_all()?;
        let mut entries: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
        let mut at = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            // `TIME CAME_AT ENVELOPE`
            let mut words = line.splitn(3, |byte| *byte == b' ');
            let mut number = || std::str::from_utf8(words.next()?).ok()?.parse::<i64>().ok();
            if let (Some(time), Some(came_at)) = (number(), number()) {
                entries.entry(time).or_default().push(Entry { came_at, at, bytes: line.len() });
            }
            at += line.len() as u64;
        }
        Ok(Self { file, entries, stale: 0 })
    }

    pub(super) fn add(&mut self, event: &Event, time: i64, came_at: i64) -> io::Result<()> {
        let line = format!("{time} {came_at} {}\n", event.envelope()?);
        let at = self.file.append(line.as_bytes())?;
        self.entries.entry(time).or_default().push(Entry { came_at, at, bytes: line.len() });
        Ok(())
    }

    /// The earliest time after `time`.
    pub(super) fn first_after(&self, time: i64) -> Option<i64> {
        self.entries.range(time.saturating_add(1)..).next().map(|(time, _)| *time)
    }

    /// The earliest time of all.
    pub(super) fn first(&self) -> Option<i64> {
        self.entries.keys().next().copied()
    }

    /// Whether an event lies between the two times, both inside.
    pub(super) fn any_in(&self, from: i64, to: i64) -> bool {
        from <= to && self.entries.range(from..=to).next().is_some()
    }

    /// The events between the two times, both inside, that came before `over` was the latest time; in the order in
    /// which they came, each on a line.
    pub(super) fn lines(&mut self, from: i64, to: i64, over: i64) -> io::Result<String> {
        if from > to {
            return Ok(String::new());
        }
        let in_time = self.entries.range(from..=to).flat_map(|(_, entries)| entries);
        let mut wanted: Vec<Entry> = in_time.filter(|entry| entry.came_at < over).copied().collect();
        wanted.sort_by_key(|entry| entry.at);
        let mut text = String::new();
        for entry in wanted {
            let line = self.file.read(entry.at, entry.bytes)?;
            let line = String::from_utf8_lossy(&line);
            if let Some(envelope) = line.splitn(3, ' ').nth(2) {
                text.push_str(envelope);
            }
        }
        Ok(text)
    }

    /// Lets go of events before `time`. Where most of the file is such, a new one is made.
    pub(super) fn let_go(&mut self, store: &Store, time: i64) -> io::Result<()> {
        const SMALL: u64 = 1 << 20;
        let kept = self.entries.split_off(&time);
        let old = std::mem::replace(&mut self.entries, kept);
        self.stale += old.values().flatten().map(|entry| entry.bytes as u64).sum::<u64>();
        if self.stale < SMALL || self.stale * 2 < self.file.bytes() {
            return Ok(());
        }
        let mut next = self.file.next(store)?;
        let mut entries: Vec<&mut Entry> = self.entries.values_mut().flatten().collect();
        entries.sort_by_key(|entry| entry.at);
        for entry in entries {
            let line = self.file.read(entry.at, entry.bytes)?;
            entry.at = next.append(&line)?;
        }
        (self.file, self.stale) = (next, 0);
        Ok(())
    }

    pub(super) fn sync(&self) -> io::Result<Part> {
        self.file.sync()
    }
}

/// Ids of alerts given for single events, the latest ones.
pub(super) struct Given {
    file: Growing,
    ids: std::collections::HashSet<String>,
    lines: usize,
}

pub(super) const GIVEN: &str = "given";

/// Ids remembered: half of so many at least, so many at most.
const MOST_IDS: usize = 200_000;

impl Given {
    pub(super) fn open(store: &Store, part: &Part) -> io::Result<Self> {
        let mut file = Growing::open(store, GIVEN, part)?;
        let text = file.read_all()?;
        let ids: std::collections::HashSet<String> =
            String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        let lines = ids.len();
        Ok(Self { file, ids, lines })
    }

    /// False where the alert was given before.
    pub(super) fn add(&mut self, id: &str) -> io::Result<bool> {
        if !self.ids.insert(id.to_owned()) {
            return Ok(false);
        }
        self.file.append(format!("{id}\n").as_bytes())?;
        self.lines += 1;
        Ok(true)
    }

    /// Forgets the older half where there are too many.
    pub(super) fn let_go(&mut self, store: &Store) -> io::Result<()> {
        if self.lines <= MOST_IDS {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&self.file.read_all()?).into_owned();
        let kept: Vec<&str> = text.lines().skip(self.lines - MOST_IDS / 2).collect();
        let mut next = self.file.next(store)?;
        next.append(format!("{}\n", kept.join("\n")).as_bytes())?;
        self.ids = kept.iter().map(|id| (*id).to_owned()).collect();
        (self.lines, self.file) = (kept.len(), next);
        Ok(())
    }

    pub(super) fn sync(&self) -> io::Result<Part> {
        self.file.sync()
    }
}

/// The text is one JSON value.
#[cfg(test)]
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(n: i64) -> Event {
        Event {
            id: n.to_string(),
            index: "a".into(),
            version: 1,
            timestamp: Some(n),
            source: format!("{{\"n\":{n},\"pad\":\"{}\"}}", "x".repeat(1000)),
            ..Event::default()
        }
    }

    #[test]
    fn windows_hold_what_came_in_time() {
        let (store, _) = Store::open(None).unwrap();
        let mut held = Held::open(&store, "events", &Part::default()).unwrap();
        for (time, came_at) in [(10, 0), (20, 10), (15, 40)] {
            held.add(&event(time), time, came_at).unwrap();
        }
        let lines = held.lines(10, 20, 30).unwrap();
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.lines().all(is_json));
        assert_eq!(held.lines(10, 20, 41).unwrap().lines().count(), 3);
        assert_eq!((held.first(), held.first_after(10)), (Some(10), Some(15)));
        // What was never committed is gone; what was is there again.
        let part = held.sync().unwrap();
        held.add(&event(50), 50, 50).unwrap();
        let mut again = Held::open(&store, "events", &part).unwrap();
        assert_eq!(again.lines(0, 100, 100).unwrap().lines().count(), 3);
    }

    #[test]
    fn old_events_and_ids_are_let_go() {
        let (store, state) = Store::open(None).unwrap();
        let mut held = Held::open(&store, "events", &Part::default()).unwrap();
        for n in 0..3000 {
            held.add(&event(n), n, n).unwrap();
        }
        let before = held.file.bytes();
        held.let_go(&store, 2500).unwrap();
        assert!(held.file.bytes() < before / 2);
        assert_eq!(held.lines(0, 9999, 9999).unwrap().lines().count(), 500);
        assert_eq!(held.sync().unwrap().number, 1);
        let mut given = Given::open(&store, &state.given).unwrap();
        for n in 0..=MOST_IDS {
            given.add(&n.to_string()).unwrap();
        }
        given.let_go(&store).unwrap();
        assert!(!given.add(&MOST_IDS.to_string()).unwrap() && given.add("0").unwrap());
    }
}
