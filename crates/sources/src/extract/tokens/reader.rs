use super::cursor::Cursor;
use crate::extract::walk::Finds;
use crate::extract::{Kind, Paths};
use crate::json::number_end;

/// Reads one record. `None` of any of its functions means: not this way.
///
/// Colons and commas are no tokens: that one stands between two tokens, and nothing else, is seen in the bytes before the
/// later one. The same bytes tell where a string or number before them ends.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) cursor: Cursor<'a>,
    pub(super) paths: &'a Paths,
    pub(super) deepest: usize,
    pub(super) strict: bool,
    pub(super) finds: &'a mut Finds,
}

/// Most strings are short, and eight bytes at a time are soon through them.
#[inline]
fn has_backslash(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    if text.len() > 128 {
        return memchr::memchr(b'\\', text).is_some();
    }
    let (eights, rest) = text.as_chunks::<8>();
    let mut found = 0;
    for eight in eights {
        // The highest bit of a byte is set where it is nothing but the backslash's bits, or comes after such a one.
        let differ = u64::from_le_bytes(*eight) ^ (ONES * u64::from(b'\\'));
        found |= differ.wrapping_sub(ONES) & !differ & (ONES << 7);
    }
    found != 0 || rest.contains(&b'\\')
}

/// A token that follows a value.
#[derive(Clone, Copy)]
struct Follower {
    /// Where the value ends: before a comma, or before the token, which is a closing bracket then.
    end: usize,
    at: usize,
    byte: u8,
}

impl Reader<'_> {
    /// Where the next token is, and its first byte.
    #[inline(always)]
    pub(super) fn token(&self) -> Option<(usize, u8)> {
        let at = self.cursor.at()?;
        self.bytes.get(at).map(|byte| (at, *byte))
    }

    /// The token after the next one, which is the next then.
    #[inline(always)]
    fn token_after(&mut self) -> Option<(usize, u8)> {
        self.cursor.advance();
        self.token()
    }

    /// The object that begins at the next token, which is at `open`. Its end.
    pub(super) fn object(&mut self, open: usize, node: u32, depth: usize) -> Option<usize> {
        let this = self.finds.enter();
        let (mut start, mut byte) = self.first_inside(open, depth)?;
        while byte != b'}' {
            let (value, first) = self.token_after()?;
            let end = self.key_end(start, byte, value)?;
            let child = self.paths.follow_written(node, self.bytes.get(start + 1..)?, end - start - 1).ok()?;
            let follower = match child {
                Some(child) if self.finds.meet(child, this) => self.value(value, first, child, depth, false)?,
                _ => self.skip(value, first, depth)?,
            };
            (start, byte) = (follower.at, follower.byte);
        }
        self.cursor.advance();
        Some(start + 1)
    }

    fn array(&mut self, open: usize, node: u32, depth: usize) -> Option<usize> {
        let (mut start, mut byte) = self.first_inside(open, depth)?;
        while byte != b']' {
            let follower = self.value(start, byte, node, depth, true)?;
            (start, byte) = (follower.at, follower.byte);
        }
        self.cursor.advance();
        Some(start + 1)
    }

    /// The first token inside of the object or array that begins at the next token.
    #[inline]
    fn first_inside(&mut self, open: usize, depth: usize) -> Option<(usize, u8)> {
        if depth > self.deepest {
            return None;
        }
        let (at, byte) = self.token_after()?;
        (at == open + 1 || self.trimmed(at) == open + 1).then_some((at, byte))
    }

    /// The value that is the next token, wanted by `node`; see [`crate::extract::walk`].
    fn value(&mut self, at: usize, byte: u8, node: u32, depth: usize, in_array: bool) -> Option<Follower> {
        let here = self.paths.node(node);
        let (kind, start, stop, end, follower) = match byte {
            b'"' => {
                self.cursor.advance();
                let follower = self.string_follower(at)?;
                let end = follower.end - 1;
                let escaped = has_backslash(self.bytes.get(at + 1..end)?);
                (if escaped { Kind::Escaped } else { Kind::Plain }, at + 1, end, end + 1, follower)
            }
            b'{' => {
                let end = if here.is_leaf() {
                    self.skip_container(at, byte, depth)?
                } else {
                    self.object(at, node, depth + 1)?
                };
                (Kind::Json, at, end, end, self.follower_of(end)?)
            }
            b'[' => {
                let end = if here.is_leaf() && here.columns.is_empty() {
                    self.skip_container(at, byte, depth)?
                } else {
                    self.array(at, node, depth + 1)?
                };
                if !in_array {
                    self.finds.note(&here.json_columns, Kind::Json, at, end);
                }
                return self.follower_of(end);
            }
            _ => {
                self.cursor.advance();
                let follower = self.scalar_follower(at, byte)?;
                let kind = match byte {
                    b't' => Kind::True,
                    b'f' => Kind::False,
                    b'n' => return Some(follower),
                    _ => Kind::Number,
                };
                (kind, at, follower.end, follower.end, follower)
            }
        };
        self.finds.note(&here.columns, kind, start, stop);
        if !in_array && !here.json_columns.is_empty() {
            self.finds.note(&here.json_columns, Kind::Json, at, end);
        }
        Some(follower)
    }

    /// Passes over the value that is the next token.
    #[inline]
    fn skip(&mut self, at: usize, byte: u8, depth: usize) -> Option<Follower> {
        match byte {
            b'"' => {
                self.cursor.advance();
                self.string_follower(at)
            }
            b'{' | b'[' => {
                let end = if self.strict { self.skip_container(at, byte, depth)? } else { self.pass_over(depth)? };
                self.follower_of(end)
            }
            _ => {
                self.cursor.advance();
                self.scalar_follower(at, byte)
            }
        }
    }

    /// Passes over the object or array that is the next token by its brackets alone, and gives its end.
    #[inline]
    fn pass_over(&mut self, depth: usize) -> Option<usize> {
        self.cursor.pass_over(self.deepest.checked_sub(depth)?)
    }

    /// Passes over the object or array that is the next token, and gives its end.
    fn skip_container(&mut self, mut at: usize, mut byte: u8, depth: usize) -> Option<usize> {
        let most = self.deepest.checked_sub(depth)?;
        let mut open = 0;
        // One bit for each container that is open, set for an object.
        let mut nest = 0_u64;
        loop {
            self.cursor.advance();
            let mut follower = match byte {
                b'"' => self.string_follower(at)?,
                b'{' | b'[' => {
                    open += 1;
                    if open > most {
                        return None;
                    }
                    nest = nest << 1 | u64::from(byte == b'{');
                    let (first, inside) = self.token()?;
                    if first != at + 1 && self.trimmed(first) != at + 1 {
                        return None;
                    }
                    Follower { end: first, at: first, byte: inside }
                }
                _ => self.scalar_follower(at, byte)?,
            };
            while matches!(follower.byte, b'}' | b']') {
                if (follower.byte == b'}') != (nest & 1 == 1) {
                    return None;
                }
                self.cursor.advance();
                nest >>= 1;
                open -= 1;
                let end = follower.at + 1;
                if open == 0 {
                    return Some(end);
                }
                follower = self.follower_of(end)?;
            }
            (at, byte) = (follower.at, follower.byte);
            if nest & 1 == 1 {
                let (value, first) = self.token_after()?;
                self.key_end(at, byte, value)?;
                (at, byte) = (value, first);
            }
        }
    }

    /// The closing quote of the key that begins with `byte` at `start`; a colon and the value at `value` follow.
    #[inline(always)]
    fn key_end(&self, start: usize, byte: u8, value: usize) -> Option<usize> {
        let end = match self.bytes.get(value.wrapping_sub(2)..value)? {
            b"\":" => value - 2,
            _ => self.before(value, b':')?.checked_sub(1)?,
        };
        (byte == b'"' && end > start && self.bytes.get(end) == Some(&b'"')).then_some(end)
    }

    /// What follows the string at `start`; its closing quote is the byte before [`Follower::end`].
    #[inline(always)]
    fn string_follower(&self, start: usize) -> Option<Follower> {
        let follower = self.follower()?;
        let quote = follower.end.checked_sub(1)?;
        (quote > start && self.bytes.get(quote) == Some(&b'"')).then_some(follower)
    }

    /// What follows the number or word at `at`.
    #[inline]
    fn scalar_follower(&self, at: usize, byte: u8) -> Option<Follower> {
        let follower = self.follower()?;
        let text = self.bytes.get(at..follower.end)?;
        let good = match byte {
            b't' => text == b"true",
            b'f' => text == b"false",
            b'n' => text == b"null",
            _ => number_end(self.bytes, at) == Ok(follower.end),
        };
        good.then_some(follower)
    }

    /// The next token, which must follow a value that ends at `end`.
    #[inline]
    fn follower_of(&self, end: usize) -> Option<Follower> {
        self.follower().filter(|follower| follower.end == end)
    }

    /// The next token, and the end of the value before it.
    #[inline(always)]
    fn follower(&self) -> Option<Follower> {
        let (at, byte) = self.token()?;
        let [second, last] = *self.bytes.get(at.wrapping_sub(2)..at)? else { return None };
        let end = match byte {
            b'}' | b']' if last > b' ' => at,
            b'}' | b']' => self.trimmed(at),
            _ if last == b',' && second > b' ' => at - 1,
            _ => self.before(at, b',')?,
        };
        Some(Follower { end, at, byte })
    }

    /// Where what stands before `mark` ends; between `mark` and `at` is only white space.
    fn before(&self, at: usize, mark: u8) -> Option<usize> {
        let place = self.trimmed(at).checked_sub(1)?;
        (self.bytes.get(place) == Some(&mark)).then(|| self.trimmed(place))
    }

    /// `end` without the white space before it.
    fn trimmed(&self, mut end: usize) -> usize {
        while end > 0 && matches!(self.bytes.get(end - 1), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            end -= 1;
        }
        end
    }
}
