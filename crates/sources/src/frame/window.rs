use std::io::{self, Read};

use super::Place;
use super::place::LineCount;

/// A stretch of a stream that is held in memory: what is consumed leaves it at the front, what is read comes in at
/// the back.
pub(crate) struct Window<'r> {
    buffer: Vec<u8>,
    /// Where the unconsumed bytes begin and end in the buffer.
    start: usize,
    end: usize,
    /// Where the unconsumed bytes begin in the input.
    offset: u64,
    lines: LineCount,
    reader: Option<Box<dyn Read + 'r>>,
    block: usize,
    error: Option<io::Error>,
}

impl<'r> Window<'r> {
    /// Over all that `reader` gives, read `block` bytes at a time into `buffer`.
    pub(crate) fn new(reader: Box<dyn Read + 'r>, buffer: Vec<u8>, block: usize) -> Self {
        let mut window = Self::in_middle(reader, buffer, block, 0);
        while window.rest().len() < 3 && window.more(1) {}
        window.skip_mark();
        window
    }

    /// Over all of an input.
    pub(crate) fn over(buffer: Vec<u8>) -> Self {
        Self::over_part(buffer, 0, 1)
    }

    /// Over bytes that are all there: what begins at `offset` of an input, on `line`.
    pub(crate) fn over_part(buffer: Vec<u8>, offset: u64, line: u64) -> Self {
        let end = buffer.len();
        let lines = LineCount::new(line);
        let mut window = Self { buffer, start: 0, end, offset, lines, reader: None, block: 0, error: None };
        if offset == 0 {
            window.skip_mark();
        }
        window
    }

    /// Over what `reader` gives from the middle of an input on; lines are counted from there.
    pub(crate) fn in_middle(reader: Box<dyn Read + 'r>, mut buffer: Vec<u8>, block: usize, offset: u64) -> Self {
        if buffer.len() < block {
            buffer.resize(block, 0);
        }
        let lines = LineCount::new(1);
        Self { buffer, start: 0, end: 0, offset, lines, reader: Some(reader), block, error: None }
    }

    fn skip_mark(&mut self) {
        if self.rest().starts_with(b"\xEF\xBB\xBF") {
            self.advance(3);
        }
    }

    /// The bytes that are there and not consumed.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Where [`Window::rest`] begins.
    pub(crate) fn place(&self) -> Place<'_> {
        Place::new(self.offset, &self.buffer[..self.start], &self.lines)
    }

    /// The byte of the input that [`Window::rest`] begins with.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Consumes bytes.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// Consumes a line and its end.
    pub(crate) fn advance_line(&mut self, bytes: usize) {
        self.lines.pass_line(self.start, self.start + bytes);
        self.advance(bytes);
    }

    /// Reads at least `least` bytes more; fewer only at the end of the stream, none after it.
    pub(crate) fn more(&mut self, least: usize) -> bool {
        let Some(reader) = &mut self.reader else { return false };
        let held = self.end - self.start;
        if self.start > 0 {
            self.lines.forget(&self.buffer[..self.start]);
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, held);
        }
        let room = least.max(self.block / 2).max(1);
        if self.buffer.len() - held < room {
            self.buffer.resize(held + room.max(self.block), 0);
        }
        let mut got = 0;
        while got < least {
            match reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.reader = None;
                    break;
                }
                Ok(n) => {
                    got += n;
                    self.end += n;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.reader = None;
                    break;
                }
            }
        }
        got > 0
    }

    /// Whether the stream broke off.
    pub(crate) fn is_broken(&self) -> bool {
        self.error.is_some()
    }

    /// Why the stream broke off.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// The memory, to be used again.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}
