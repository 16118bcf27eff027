use super::paths::ROOT;
use super::walk::Finds;
use super::{Kind, Paths, walk};
use crate::json::{Fail, index, number_end};

/// How much is indexed at a time: at least so much, where records are read here and there, and at most so much, where they
/// are read one after the other. The tokens of that fit into the fast part of the cache beside the bytes.
const STRETCH: std::ops::Range<usize> = 4 << 10..128 << 10;

/// Deeper records are left to the reader that goes byte by byte.
const DEEPEST: usize = 60;

/// The tokens of a stretch of an input, which may hold several records.
///
/// Records are read token by token instead of byte by byte; what is read is checked as strictly as [`walk`] does it, which
/// reads again whatever is doubtful here, and tells what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    positions: Vec<u32>,
    /// Where the stretch begins in the input, and how long it is.
    origin: u64,
    covered: usize,
    /// How far its strings are known to be good.
    clean_to: usize,
    /// The token that follows the record read last.
    cursor: usize,
    /// How much to index next.
    stretch: usize,
}

impl Tokens {
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
            let end = self.origin + self.covered as u64;
            let goes_on = self.covered > 0 && (end..end + 16).contains(&offset);
            self.stretch = if goes_on { (self.stretch * 4).min(STRETCH.end) } else { STRETCH.start };
        }
        loop {
            if fresh {
                let length = bytes.len().min(self.stretch);
                let Some(indexed) = index(&bytes[..length], &mut self.positions) else { break };
                (self.origin, self.covered, self.clean_to, self.cursor) = (offset, length, indexed.clean_to, 0);
            }
            let shift = (offset - self.origin) as u32;
            if let Some(end) = self.record(bytes, shift, paths, max_depth, finds) {
                return Ok(end);
            }
            if shift as usize + bytes.len() <= self.covered {
                break;
            }
            // The record goes on after the stretch, or something is wrong with it.
            self.stretch = if fresh { self.stretch.saturating_mul(8) } else { (self.stretch * 4).min(STRETCH.end) };
            fresh = true;
        }
        walk(bytes, paths, max_depth, finds)
    }

    /// Moves the cursor to the token at `offset`, if the stretch has one.
    fn seek(&mut self, offset: u64) -> bool {
        if offset < self.origin || offset - self.origin >= self.covered as u64 {
            return false;
        }
        let wanted = (offset - self.origin) as u32;
        while self.positions.get(self.cursor).is_some_and(|place| *place < wanted) {
            self.cursor += 1;
        }
        self.positions.get(self.cursor) == Some(&wanted)
    }

    fn record(
        &mut self,
        bytes: &[u8],
        shift: u32,
        paths: &Paths,
        max_depth: usize,
        finds: &mut Finds,
    ) -> Option<usize> {
        finds.clear();
        let mut reader = Reader {
            bytes,
            tokens: &self.positions,
            shift,
            next: self.cursor,
            paths,
            deepest: max_depth.min(DEEPEST),
            finds,
        };
        if reader.peek()? != (0, b'{') {
            return None;
        }
        let end = reader.object(ROOT, 1)?;
        let next = reader.next;
        if end + shift as usize > self.clean_to {
            return None;
        }
        self.cursor = next;
        Some(end)
    }
}

/// Reads one record. `None` of any of its functions means: not this way.
struct Reader<'a> {
    bytes: &'a [u8],
    tokens: &'a [u32],
    /// What to take off a token's place to have it in `bytes`.
    shift: u32,
    next: usize,
    paths: &'a Paths,
    deepest: usize,
    finds: &'a mut Finds,
}

impl Reader<'_> {
    /// Where a token is, and its first byte.
    #[inline]
    fn token(&self, number: usize) -> Option<(usize, u8)> {
        let at = self.tokens.get(number)?.wrapping_sub(self.shift) as usize;
        self.bytes.get(at).map(|byte| (at, *byte))
    }

    #[inline]
    fn peek(&self) -> Option<(usize, u8)> {
        self.token(self.next)
    }

    /// The object that begins with the next token, and its end.
    fn object(&mut self, node: u32, depth: usize) -> Option<usize> {
        if depth > self.deepest {
            return None;
        }
        let this = self.finds.enter();
        self.next += 1;
        let (at, byte) = self.peek()?;
        if byte == b'}' {
            self.next += 1;
            return Some(at + 1);
        }
        loop {
            let (Some((start, b'"')), Some((colon, b':'))) = (self.peek(), self.token(self.next + 1)) else {
                return None;
            };
            let end = self.closing_quote(start, colon)?;
            let child = self.paths.follow_plain(node, self.bytes.get(start + 1..end)?).ok()?;
            self.next += 2;
            match child {
                Some(child) if self.finds.meet(child, this) => {
                    self.value(child, depth, false)?;
                }
                _ => self.skip(depth)?,
            }
            let (at, byte) = self.peek()?;
            self.next += 1;
            match byte {
                b',' => {}
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// The value that begins with the next token, wanted by `node`; see [`walk`].
    fn value(&mut self, node: u32, depth: usize, in_array: bool) -> Option<usize> {
        let (at, byte) = self.peek()?;
        let here = self.paths.node(node);
        let (kind, start, stop, end) = match byte {
            b'"' => {
                let (next, _) = self.token(self.next + 1)?;
                let end = self.closing_quote(at, next)?;
                self.next += 1;
                let escaped = memchr::memchr(b'\\', self.bytes.get(at + 1..end)?).is_some();
                (if escaped { Kind::Escaped } else { Kind::Plain }, at + 1, end, end + 1)
            }
            b'{' => {
                let end = if here.is_leaf() { self.skip_container(depth)? } else { self.object(node, depth + 1)? };
                (Kind::Json, at, end, end)
            }
            b'[' => {
                let end = if here.is_leaf() && here.columns.is_empty() {
                    self.skip_container(depth)?
                } else {
                    self.array(node, depth + 1)?
                };
                if !in_array {
                    self.finds.note(&here.json_columns, Kind::Json, at, end);
                }
                return Some(end);
            }
            _ => {
                let end = self.scalar(at, byte)?;
                let kind = match byte {
                    b't' => Kind::True,
                    b'f' => Kind::False,
                    b'n' => return Some(end),
                    _ => Kind::Number,
                };
                (kind, at, end, end)
            }
        };
        self.finds.note(&here.columns, kind, start, stop);
        if !in_array && !here.json_columns.is_empty() {
            self.finds.note(&here.json_columns, Kind::Json, at, end);
        }
        Some(end)
    }

    fn array(&mut self, node: u32, depth: usize) -> Option<usize> {
        if depth > self.deepest {
            return None;
        }
        self.next += 1;
        let (at, byte) = self.peek()?;
        if byte == b']' {
            self.next += 1;
            return Some(at + 1);
        }
        loop {
            self.value(node, depth, true)?;
            let (at, byte) = self.peek()?;
            self.next += 1;
            match byte {
                b',' => {}
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// The quote that ends the string from `start` on, which is the last thing before the token at `next`.
    #[inline]
    fn closing_quote(&self, start: usize, next: usize) -> Option<usize> {
        let mut end = next.checked_sub(1)?;
        while matches!(self.bytes.get(end), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            end = end.checked_sub(1)?;
        }
        (end > start && self.bytes.get(end) == Some(&b'"')).then_some(end)
    }

    /// The end of a number or word, after which nothing comes before the next token.
    fn scalar(&mut self, at: usize, byte: u8) -> Option<usize> {
        let word = |word: &[u8]| self.bytes.get(at..)?.starts_with(word).then_some(at + word.len());
        let end = match byte {
            b't' => word(b"true")?,
            b'f' => word(b"false")?,
            b'n' => word(b"null")?,
            _ => number_end(self.bytes, at).ok()?,
        };
        self.next += 1;
        let (next, _) = self.peek()?;
        let gap = self.bytes.get(end..next)?;
        gap.iter().all(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).then_some(end)
    }

    /// Passes over a value.
    #[inline]
    fn skip(&mut self, depth: usize) -> Option<()> {
        let (at, byte) = self.peek()?;
        match byte {
            // What follows the string is looked at next, and closes it.
            b'"' => self.next += 1,
            b'{' | b'[' => {
                self.skip_container(depth)?;
            }
            _ => {
                self.scalar(at, byte)?;
            }
        }
        Some(())
    }

    /// Passes over an object or array, and gives its end.
    fn skip_container(&mut self, depth: usize) -> Option<usize> {
        let most = self.deepest.checked_sub(depth)?;
        let mut open = 0;
        // One bit for each container that is open, set for an object.
        let mut nest = 0_u64;
        let mut next = self.next;
        loop {
            let (at, byte) = self.token(next)?;
            match byte {
                b'"' => next += 1,
                b'{' | b'[' => {
                    open += 1;
                    if open > most {
                        return None;
                    }
                    let object = byte == b'{';
                    nest = nest << 1 | u64::from(object);
                    next += 1;
                    match self.token(next)?.1 {
                        b'}' if object => {}
                        b']' if !object => {}
                        _ if object => {
                            next = self.key(next)?;
                            continue;
                        }
                        _ => continue,
                    }
                }
                _ => {
                    self.next = next;
                    self.scalar(at, byte)?;
                    next = self.next;
                }
            }
            loop {
                let (at, byte) = self.token(next)?;
                next += 1;
                let in_object = nest & 1 == 1;
                match byte {
                    b',' if in_object => {
                        next = self.key(next)?;
                        break;
                    }
                    b',' => break,
                    b'}' if in_object => {}
                    b']' if !in_object => {}
                    _ => return None,
                }
                nest >>= 1;
                open -= 1;
                if open == 0 {
                    self.next = next;
                    return Some(at + 1);
                }
            }
        }
    }

    /// The token after the key and colon at the token `next`.
    #[inline]
    fn key(&self, next: usize) -> Option<usize> {
        (self.token(next)?.1 == b'"' && self.token(next + 1)?.1 == b':').then_some(next + 2)
    }
}
