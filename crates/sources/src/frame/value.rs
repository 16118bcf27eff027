use std::ops::ControlFlow;

use super::line::{at_column, too_long};
use super::resync::{Found, Signature, resync};
use super::wrapper::{Wrapper, member, wrapper};
use super::{Limits, Sink, Window};
use crate::json::{Fail, ObjectEnd, object_end, skip_value, space};

/// Follows brackets: objects one after the other, arrays of them, and wrappers around such arrays.
pub(crate) fn values(window: &mut Window<'_>, sink: &mut dyn Sink, limits: &Limits) -> ControlFlow<()> {
    let mut reader = Values { window, sink, limits, record: Signature::default(), top: Signature::default() };
    reader.run()
}

struct Values<'a, 'r> {
    window: &'a mut Window<'r>,
    sink: &'a mut dyn Sink,
    limits: &'a Limits,
    record: Signature,
    top: Signature,
}

/// The least to read when a value isn't all there.
const STEP: usize = 64 << 10;

impl Values<'_, '_> {
    fn run(&mut self) -> ControlFlow<()> {
        while let Some(byte) = self.peek() {
            match byte {
                b',' => self.window.advance(1),
                b'[' => {
                    self.window.advance(1);
                    self.elements()?;
                }
                b'{' => {
                    let around = self.retry(|bytes, limits| wrapper(bytes, limits.depth));
                    if self.top.is_empty() {
                        self.top.learn(self.window.rest());
                    }
                    match around {
                        Ok(Wrapper::Around { at, open }) => {
                            self.window.advance(at);
                            if self.elements()? {
                                self.close(open);
                            }
                        }
                        Ok(Wrapper::None) | Err(_) => {
                            self.object()?;
                        }
                    }
                }
                _ => self.stray()?,
            }
        }
        ControlFlow::Continue(())
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let at = space(self.window.rest(), 0);
            self.window.advance(at);
            if let Some(byte) = self.window.rest().first() {
                return Some(*byte);
            }
            if !self.window.more(1) {
                return None;
            }
        }
    }

    /// Tries `read` on ever more bytes until they are enough.
    fn retry<T>(&mut self, mut read: impl FnMut(&[u8], &Limits) -> Result<T, Fail>) -> Result<T, Fail> {
        loop {
            let held = self.window.rest().len();
            match read(self.window.rest(), self.limits) {
                Err(Fail::Incomplete) if held <= self.limits.record_bytes && self.window.more(held.max(STEP)) => {}
                other => return other,
            }
        }
    }

    /// The elements of an array, whose bracket is consumed. False where its end was lost.
    fn elements(&mut self) -> ControlFlow<(), bool> {
        loop {
            match self.peek() {
                None => {
                    if !self.window.is_broken() {
                        self.sink.malformed(self.window.place(), "the input ends inside an array")?;
                    }
                    return ControlFlow::Continue(false);
                }
                Some(b']') => {
                    self.window.advance(1);
                    return ControlFlow::Continue(true);
                }
                Some(b',') => self.window.advance(1),
                Some(b'{') => {
                    if !self.object()? {
                        return ControlFlow::Continue(false);
                    }
                }
                Some(_) => self.stray()?,
            }
        }
    }

    /// One record. False where the array that it stood in is lost.
    fn object(&mut self) -> ControlFlow<(), bool> {
        let offset = self.window.offset();
        let sink = &mut self.sink;
        let limits = self.limits;
        let parsed = loop {
            let held = self.window.rest().len();
            if let Some(end) = passed_over(*sink, self.window.rest(), offset, limits) {
                self.window.advance(end);
                return ControlFlow::Continue(true);
            }
            match sink.parse(self.window.rest(), offset) {
                Err(Fail::Incomplete) if held <= limits.record_bytes && self.window.more(held.max(STEP)) => {}
                other => break other,
            }
        };
        let place = self.window.place();
        match parsed {
            Ok(end) if end <= self.limits.record_bytes => {
                let record = &self.window.rest()[..end];
                self.record.learn(record);
                self.sink.commit(record, place)?;
                self.window.advance(end);
                ControlFlow::Continue(true)
            }
            Ok(end) => {
                self.sink.malformed(place, &too_long(self.limits))?;
                self.window.advance(end);
                ControlFlow::Continue(true)
            }
            Err(Fail::Incomplete) if self.window.rest().len() > self.limits.record_bytes => {
                self.sink.malformed(place, &too_long(self.limits))?;
                self.skip_long();
                ControlFlow::Continue(true)
            }
            Err(Fail::Incomplete) => {
                if !self.window.is_broken() {
                    self.sink.malformed(place, "the input ends inside the object")?;
                }
                // Without its end, the object may have swallowed others; they begin as it does.
                self.learn_if_new();
                let found = resync(self.window, 1, &self.record, &self.top);
                ControlFlow::Continue(found == Found::Record)
            }
            Err(Fail::Bad { at, why }) => {
                self.sink.malformed(place, &at_column(why, at))?;
                self.learn_if_new();
                let found = resync(self.window, at.max(1), &self.record, &self.top);
                ControlFlow::Continue(found == Found::Record)
            }
        }
    }

    fn learn_if_new(&mut self) {
        if self.record.is_empty() {
            self.record.learn(self.window.rest());
        }
    }

    /// Something that is no object where one should be.
    fn stray(&mut self) -> ControlFlow<()> {
        let end = self.retry(|bytes, limits| match skip_value(bytes, 0, limits.depth) {
            // A number may go on where the bytes end.
            Ok(end) if end == bytes.len() => Err(Fail::Incomplete),
            other => other,
        });
        self.sink.malformed(self.window.place(), "not a JSON object")?;
        match end {
            Ok(end) => self.window.advance(end),
            Err(Fail::Incomplete) if self.window.rest().len() > self.limits.record_bytes => self.skip_long(),
            Err(Fail::Incomplete) => {
                let all = self.window.rest().len();
                self.window.advance(all);
            }
            Err(Fail::Bad { at, .. }) => {
                resync(self.window, at.max(1), &self.record, &self.top);
            }
        }
        ControlFlow::Continue(())
    }

    /// The rest of `open` objects around an array that has ended.
    fn close(&mut self, mut open: usize) {
        while open > 0 {
            match self.peek() {
                Some(b'}') => {
                    self.window.advance(1);
                    open -= 1;
                }
                Some(b',') => {
                    self.window.advance(1);
                    self.peek();
                    let end = self.retry(|bytes, limits| match member(bytes, 0)? {
                        Some((_, value)) => skip_value(bytes, value, limits.depth),
                        None => Ok(0),
                    });
                    match end {
                        Ok(end) => self.window.advance(end),
                        Err(_) => return,
                    }
                }
                _ => return,
            }
        }
    }

    /// Consumes a value that is too long to be held.
    fn skip_long(&mut self) {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        loop {
            let mut ended = None;
            for (i, byte) in self.window.rest().iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' if in_string && depth == 0 => {
                        ended = Some(i + 1);
                        break;
                    }
                    b'"' => in_string = !in_string,
                    _ if in_string => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            ended = Some(i + 1);
                            break;
                        }
                    }
                    _ => {}
                }
            }
            let passed = ended.unwrap_or(self.window.rest().len());
            self.window.advance(passed);
            if ended.is_some() || !self.window.more(1) {
                return;
            }
        }
    }
}

/// The end of the object at the beginning of `bytes` if it is of no interest, going by brackets alone. What is broken is
/// left to the parser: after a whole element of an array comes a comma, or the array's end.
fn passed_over(sink: &mut dyn Sink, bytes: &[u8], offset: u64, limits: &Limits) -> Option<usize> {
    if !sink.may_pass_over() {
        return None;
    }
    let ObjectEnd { end, backslash } = object_end(bytes).filter(|object| object.end <= limits.record_bytes)?;
    let follows = matches!(bytes.get(space(bytes, end)), Some(b',' | b']'));
    (follows && sink.passes_over(bytes, end, offset, Some(backslash))).then_some(end)
}
