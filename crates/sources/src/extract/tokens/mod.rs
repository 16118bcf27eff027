mod cursor;
mod reader;

use super::paths::ROOT;
use super::walk::Finds;
use super::{Paths, walk};
use crate::json::{BLOCK, Fail, Marks, index};
use cursor::Cursor;
use reader::Reader;

/// How much is indexed at a time: at least so much, where records are read here and there, and at most so much, where they
/// are read one after the other. The marks of that fit into the fast part of the cache beside the bytes.
const STRETCH: std::ops::Range<usize> = 4 << 10..128 << 10;

/// Deeper records are left to the reader that goes byte by byte.
const DEEPEST: usize = 60;

/// The tokens of a stretch of an input, which may hold several records.
///
/// Records are read token by token instead of byte by byte; what is read is checked as strictly as [`walk`] does it, which
/// reads again whatever is doubtful here, and tells what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    marks: Vec<Marks>,
    /// Where the stretch begins in the input, and how long it is.
    origin: u64,
    covered: usize,
    /// How far its strings are known to be good.
    clean_to: usize,
    /// Where the token that follows the record read last begins, counted from `origin`.
    next: usize,
    /// How much to index next.
    stretch: usize,
    /// Whether line ends are tokens of it.
    line_ends: bool,
    /// Whether what nobody reads is checked as strictly as what is read.
    strict: bool,
}

impl Tokens {
    /// `strict` says that what nobody reads is to be checked as well as what is read; without it, brackets and strings
    /// are all that is looked at there.
    pub(crate) fn new(strict: bool) -> Self {
        Self { strict, ..Self::default() }
    }

    /// What comes next is from another input.
    pub(crate) fn reset(&mut self) {
        self.covered = 0;
    }

    /// As [`walk`]; `offset` is where `bytes` begin in the input.
    pub(crate) fn walk(
        &mut self,
        bytes: &[u8],
        offset: u64,
        paths: &Paths,
        max_depth: usize,
        finds: &mut Finds,
    ) -> Result<usize, Fail> {
        let mut fresh = !self.seek(offset);
        if fresh {
            self.begin(offset);
        }
        loop {
            if fresh && !self.index(bytes, offset, false) {
                break;
            }
            let shift = (offset - self.origin) as usize;
            if let Some(end) = self.record(bytes, shift, paths, max_depth, finds) {
                return Ok(end);
            }
            if shift + bytes.len() <= self.covered || fresh && self.is_doubtful() {
                break;
            }
            self.lengthen(fresh);
            fresh = true;
        }
        walk(bytes, paths, max_depth, finds)
    }

    /// Walks the object that `rest` begins with, if it is all that its line holds. Gives its end and that of the line.
    /// `None` says nothing about the line: it may be broken, or not be all there.
    pub(crate) fn walk_line(
        &mut self,
        rest: &[u8],
        offset: u64,
        paths: &Paths,
        max_depth: usize,
        finds: &mut Finds,
    ) -> Option<(usize, usize)> {
        let mut fresh = !self.line_ends || !self.seek(offset);
        if fresh {
            self.begin(offset);
        }
        loop {
            if fresh && !self.index(rest, offset, true) {
                return None;
            }
            let shift = (offset - self.origin) as usize;
            if let Some(end) = self.record(rest, shift, paths, max_depth, finds) {
                let place = self.next - shift;
                let is_blank = |gap: &[u8]| gap.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
                let is_end = rest.get(place) == Some(&b'\n') && rest.get(end..place).is_some_and(is_blank);
                return is_end.then_some((end, place));
            }
            let covered = rest.get(..self.covered - shift)?;
            if covered.len() == rest.len() || fresh && self.is_doubtful() || memchr::memchr(b'\n', covered).is_some() {
                return None;
            }
            self.lengthen(fresh);
            fresh = true;
        }
    }

    /// Finds the tokens of a stretch that begins with `bytes` at `offset`. False where this machine can't.
    fn index(&mut self, bytes: &[u8], offset: u64, line_ends: bool) -> bool {
        let length = bytes.len().min(self.stretch);
        let Some(indexed) = index(&bytes[..length], line_ends, &mut self.marks) else { return false };
        (self.origin, self.covered, self.clean_to, self.next) = (offset, length, indexed.clean_to, 0);
        // What comes after a doubtful byte is not what it seems.
        self.marks.truncate(indexed.clean_to.div_ceil(BLOCK));
        if let Some(last) = self.marks.get_mut(indexed.clean_to / BLOCK) {
            last.keep(indexed.clean_to % BLOCK);
        }
        self.line_ends = line_ends;
        true
    }

    /// Whether the stretch has a byte that no longer one will make good: it stands in a string.
    fn is_doubtful(&self) -> bool {
        self.clean_to < self.covered
    }

    /// How long the first stretch for the record at `offset` is to be: longer where records are read one after the other.
    fn begin(&mut self, offset: u64) {
        let end = self.origin + self.covered as u64;
        let goes_on = self.covered > 0 && (end..end + 16).contains(&offset);
        self.stretch = if goes_on { (self.stretch * 4).min(STRETCH.end) } else { STRETCH.start };
    }

    /// The record goes on after the stretch, or something is wrong with it.
    fn lengthen(&mut self, was_fresh: bool) {
        self.stretch = if was_fresh { self.stretch.saturating_mul(8) } else { (self.stretch * 4).min(STRETCH.end) };
    }

    /// Whether the stretch has a token at `offset`.
    fn seek(&self, offset: u64) -> bool {
        if offset < self.origin || offset - self.origin >= self.covered as u64 {
            return false;
        }
        let at = (offset - self.origin) as usize;
        self.marks.get(at / BLOCK).is_some_and(|marks| marks.tokens >> (at % BLOCK) & 1 == 1)
    }

    /// `shift` is where `bytes` begin in the stretch.
    fn record(
        &mut self,
        bytes: &[u8],
        shift: usize,
        paths: &Paths,
        max_depth: usize,
        finds: &mut Finds,
    ) -> Option<usize> {
        finds.clear();
        let mut reader = Reader {
            bytes,
            cursor: Cursor::new(&self.marks, shift),
            paths,
            deepest: max_depth.min(DEEPEST),
            strict: self.strict,
            finds,
        };
        if reader.token()? != (0, b'{') {
            return None;
        }
        let end = reader.object(0, ROOT, 1)?;
        if end + shift > self.clean_to {
            return None;
        }
        self.next = reader.cursor.at().map_or(self.covered, |at| at + shift);
        Some(end)
    }
}
