use std::cell::Cell;

/// Where a record begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'w> {
    /// The byte, from the start of the decompressed input.
    pub(crate) offset: u64,
    /// What is held of the input before it, or before the white space in front of it.
    before: &'w [u8],
    lines: &'w LineCount,
}

impl<'w> Place<'w> {
    pub(super) fn new(offset: u64, before: &'w [u8], lines: &'w LineCount) -> Self {
        Self { offset, before, lines }
    }

    /// The line, from 1; counted from the start of the part that is read.
    pub(crate) fn line(&self) -> u64 {
        self.lines.at_end_of(self.before)
    }
}

/// Counts line ends as late as possible: only reports need to know the line, and most records give no cause for one.
#[derive(Debug)]
pub(crate) struct LineCount {
    line: Cell<u64>,
    /// How many of the bytes that are held are counted.
    counted: Cell<usize>,
}

impl LineCount {
    /// Where the first byte is on `line`.
    pub(super) fn new(line: u64) -> Self {
        Self { line: Cell::new(line), counted: Cell::new(0) }
    }

    /// The line that follows `held`, which begins with all that was counted.
    fn at_end_of(&self, held: &[u8]) -> u64 {
        let new = held.get(self.counted.get()..).unwrap_or_default();
        self.line.set(self.line.get() + memchr::memchr_iter(b'\n', new).count() as u64);
        self.counted.set(self.counted.get().max(held.len()));
        self.line.get()
    }

    /// One more line ends between the bytes `from` and `to` of those held. That spares counting it, unless others before
    /// it are to be counted.
    pub(super) fn pass_line(&self, from: usize, to: usize) {
        if self.counted.get() == from {
            self.line.set(self.line.get() + 1);
            self.counted.set(to);
        }
    }

    /// `consumed` is no longer held from now on.
    pub(super) fn forget(&self, consumed: &[u8]) {
        self.at_end_of(consumed);
        self.counted.set(0);
    }
}
