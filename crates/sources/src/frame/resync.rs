use memchr::memmem;

use super::Window;
use crate::json::{space, string_end};

/// Bytes that records begin with: where one is broken, the next is looked for by them.
#[derive(Debug, Default)]
pub(crate) struct Signature {
    bytes: Vec<u8>,
    /// How many records it could have learned from.
    met: usize,
}

/// What ends a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A record like those before.
    Record,
    /// Something that begins as the first value of the stream did, on a line of its own.
    Top,
    /// Nothing.
    End,
}

/// A longer one tells nothing more.
const LONGEST: usize = 200;

/// Of many records, one in so many is learned from: most begin as the others do.
const EVERY: usize = 16;

impl Signature {
    /// Learns from a record: its opening bracket up to the end of its first key.
    pub(crate) fn learn(&mut self, record: &[u8]) {
        self.met += 1;
        if !self.is_empty() && self.met > EVERY && !self.met.is_multiple_of(EVERY) {
            return;
        }
        let record = &record[..record.len().min(LONGEST)];
        let key = space(record, 1);
        if record.first() == Some(&b'{')
            && record.get(key) == Some(&b'"')
            && let Ok((end, _)) = string_end(record, key + 1)
            && self.bytes != record[..=end]
        {
            self.bytes.clear();
            self.bytes.extend_from_slice(&record[..=end]);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Consumes everything up to the next place that looks like a record, from `at` bytes after the window's start on.
pub(crate) fn resync(window: &mut Window<'_>, at: usize, record: &Signature, top: &Signature) -> Found {
    let fallback: &[u8] = b"{\"";
    let record = if record.is_empty() { fallback } else { &record.bytes };
    let mut line_top = Vec::with_capacity(top.bytes.len() + 1);
    if !top.is_empty() {
        line_top.push(b'\n');
        line_top.extend_from_slice(&top.bytes);
    }
    window.advance(at.min(window.rest().len()));
    loop {
        let rest = window.rest();
        let by_record = memmem::find(rest, record);
        let by_top = if line_top.is_empty() { None } else { memmem::find(rest, &line_top) };
        match (by_record, by_top) {
            (Some(r), t) if t.is_none_or(|t| r <= t) => {
                window.advance(r);
                return Found::Record;
            }
            (_, Some(t)) => {
                window.advance(t + 1);
                return Found::Top;
            }
            _ => {}
        }
        // What is looked for may begin in the last bytes.
        let keep = record.len().max(line_top.len());
        let passed = rest.len().saturating_sub(keep);
        window.advance(passed);
        if !window.more(1) {
            let all = window.rest().len();
            window.advance(all);
            return Found::End;
        }
    }
}
