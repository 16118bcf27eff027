use std::ops::ControlFlow;

use super::wrapper::{Wrapper, may_wrap, wrapper};
use super::{Limits, Place, Sink, Window, values};
use crate::json::{Fail, space};

/// Consumes what is left of a line that began before the window.
pub(crate) fn skip_first_line(window: &mut Window<'_>) {
    loop {
        if let Some(at) = memchr::memchr(b'\n', window.rest()) {
            window.advance_line(at + 1);
            return;
        }
        let all = window.rest().len();
        window.advance(all);
        if !window.more(1) {
            return;
        }
    }
}

/// Takes each line for itself, up to the last line that begins before `end`.
pub(crate) fn lines(
    window: &mut Window<'_>,
    sink: &mut dyn Sink,
    limits: &Limits,
    end: Option<u64>,
) -> ControlFlow<()> {
    let mut searched = 0;
    let mut reader = Lines { sink, limits, wraps: None };
    loop {
        let place = window.place();
        if end.is_some_and(|end| place.offset >= end) {
            return ControlFlow::Continue(());
        }
        let rest = window.rest();
        if searched == 0
            && let Some((end, length)) = reader.whole(rest, place.offset)
        {
            reader.sink.commit(&rest[..end], place)?;
            window.advance_line(length + 1);
            continue;
        }
        if let Some(at) = memchr::memchr(b'\n', &rest[searched..]) {
            let length = searched + at;
            if length > limits.record_bytes {
                if end.is_none() && holds_several(rest) {
                    return values(window, reader.sink, limits);
                }
                reader.sink.malformed(place, &too_long(limits))?;
            } else {
                reader.line(rest, length, place)?;
            }
            window.advance_line(length + 1);
            searched = 0;
            continue;
        }
        searched = rest.len();
        if searched > limits.record_bytes {
            if end.is_none() && holds_several(rest) {
                return values(window, reader.sink, limits);
            }
            reader.sink.malformed(place, &too_long(limits))?;
            skip_first_line(window);
            searched = 0;
        } else if !window.more(1) {
            let broken = window.is_broken();
            let (place, rest) = (window.place(), window.rest());
            let start = space(rest, 0);
            if !broken || reader.sink.parse(rest[start..].trim_ascii_end(), place.offset + start as u64).is_ok() {
                reader.line(rest, rest.len(), place)?;
            }
            let all = window.rest().len();
            window.advance(all);
            return ControlFlow::Continue(());
        }
    }
}

/// Whether a long line is no record but has records in it, which brackets find without holding all of it.
fn holds_several(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(b"[") || line.starts_with(b"{") && may_wrap(line)
}

pub(crate) fn too_long(limits: &Limits) -> String {
    format!("longer than {} bytes; skipped", limits.record_bytes)
}

struct Lines<'a> {
    sink: &'a mut dyn Sink,
    limits: &'a Limits,
    /// Whether the first line was a wrapper: then any may be one, whatever its first key is.
    wraps: Option<bool>,
}

impl Lines<'_> {
    /// The ends of the record and of the line that `rest` begins with, if it is a line with one record, as most are: then
    /// its end needn't be looked for.
    fn whole(&mut self, rest: &[u8], offset: u64) -> Option<(usize, usize)> {
        if self.wraps != Some(false) || rest.first() != Some(&b'{') || self.sink.may_pass_over() || may_wrap(rest) {
            return None;
        }
        self.sink.parse_line(rest, offset).filter(|(_, length)| *length <= self.limits.record_bytes)
    }

    /// The line in the first `length` bytes of `ahead`.
    fn line(&mut self, ahead: &[u8], length: usize, mut place: Place<'_>) -> ControlFlow<()> {
        let start = space(&ahead[..length], 0);
        let mut bytes = ahead[start..length].trim_ascii_end();
        place.offset += start as u64;
        match bytes.first() {
            None => return ControlFlow::Continue(()),
            Some(b'{') => {}
            Some(b'[') => return self.inside(bytes, place),
            Some(_) => return self.sink.malformed(place, "not a JSON object"),
        }
        if self.wraps.unwrap_or(true) || may_wrap(bytes) {
            let found = matches!(wrapper(bytes, self.limits.depth), Ok(Wrapper::Around { .. }));
            self.wraps.get_or_insert(found);
            if found {
                return self.inside(bytes, place);
            }
        }
        if self.sink.passes_over(&ahead[start..], bytes.len(), place.offset, None) {
            return ControlFlow::Continue(());
        }
        loop {
            match self.sink.parse(bytes, place.offset) {
                Err(Fail::Incomplete) => return self.sink.malformed(place, "the line ends inside the object"),
                Err(Fail::Bad { at, why }) => return self.sink.malformed(place, &at_column(why, at)),
                Ok(end) => {
                    let next = space(bytes, end);
                    match bytes.get(next) {
                        None => return self.sink.commit(&bytes[..end], place),
                        // Several objects on one line.
                        Some(b'{') => {
                            self.sink.commit(&bytes[..end], place)?;
                            bytes = &bytes[next..];
                            place.offset += next as u64;
                        }
                        Some(_) => return self.sink.malformed(place, &at_column("text after the object", next)),
                    }
                }
            }
        }
    }

    /// A line that holds several records.
    fn inside(&mut self, bytes: &[u8], place: Place<'_>) -> ControlFlow<()> {
        values(&mut Window::over_part(bytes.to_vec(), place.offset, place.line()), self.sink, self.limits)
    }
}

pub(crate) fn at_column(why: &str, at: usize) -> String {
    format!("{why}, at byte {} of the record", at + 1)
}
