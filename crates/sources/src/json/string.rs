use super::Fail;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// A high bit in each byte of `word` that is zero; bits above the first such byte may be wrong.
#[inline]
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// How many bytes are looked at together once a string has turned out to be long.
const CHUNK: usize = 32;

/// The index of the first quote, backslash or control character from `at` on.
#[inline]
fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..3 {
        match special_in_word(bytes, at) {
            Some(Some(found)) => return Some(at + found),
            Some(None) => at += 8,
            None => return special_in_tail(bytes, at),
        }
    }
    while let Some(chunk) = bytes.get(at..at + CHUNK) {
        if any_special(chunk) {
            break;
        }
        at += CHUNK;
    }
    loop {
        match special_in_word(bytes, at) {
            Some(Some(found)) => return Some(at + found),
            Some(None) => at += 8,
            None => return special_in_tail(bytes, at),
        }
    }
}

/// Looks at eight bytes; `None` where there are fewer.
#[inline]
fn special_in_word(bytes: &[u8], at: usize) -> Option<Option<usize>> {
    let word = u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().unwrap_or_default());
    let quotes = zero_bytes(word ^ (ONES * b'"' as u64));
    let slashes = zero_bytes(word ^ (ONES * b'\\' as u64));
    let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    let found = quotes | slashes | controls;
    Some((found != 0).then(|| found.trailing_zeros() as usize / 8))
}

fn special_in_tail(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\').map(|n| at + n)
}

/// Written without branches, so that it becomes vector instructions.
#[inline]
fn any_special(chunk: &[u8]) -> bool {
    chunk.iter().fold(0_u8, |any, b| any | u8::from(*b < 0x20) | u8::from(*b == b'"') | u8::from(*b == b'\\')) != 0
}

/// The index of the quote that ends a string whose text starts at `at`, and whether the text has escapes.
#[inline]
pub(crate) fn string_end(bytes: &[u8], mut at: usize) -> Result<(usize, bool), Fail> {
    let mut escaped = false;
    loop {
        let Some(found) = special(bytes, at) else { return Err(Fail::Incomplete) };
        match bytes[found] {
            b'"' => return Ok((found, escaped)),
            b'\\' => {
                escaped = true;
                at = escape_end(bytes, found)?;
            }
            _ => return Err(Fail::bad(found, "a control character inside a string")),
        }
    }
}

fn escape_end(bytes: &[u8], at: usize) -> Result<usize, Fail> {
    match bytes.get(at + 1) {
        None => Err(Fail::Incomplete),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            for i in at + 2..at + 6 {
                match bytes.get(i) {
                    None => return Err(Fail::Incomplete),
                    Some(b) if b.is_ascii_hexdigit() => {}
                    Some(_) => return Err(Fail::bad(i, "an escape that is no \\u and four hex digits")),
                }
            }
            Ok(at + 6)
        }
        Some(_) => Err(Fail::bad(at + 1, "an unknown escape")),
    }
}

/// Appends what the text of a well-formed string says. A surrogate without its other half becomes U+FFFD.
pub(crate) fn unescape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let kind = rest.as_bytes().get(at + 1).copied().unwrap_or(b'\\');
        let mut used = 2;
        match kind {
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let unit = hex(rest, at + 2);
                used = 6;
                if (0xD800..0xDC00).contains(&unit)
                    && rest.get(at + 6..at + 8) == Some("\\u")
                    && (0xDC00..0xE000).contains(&hex(rest, at + 8))
                {
                    let low = hex(rest, at + 8);
                    let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    used = 12;
                } else {
                    out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            other => out.push(other as char),
        }
        rest = rest.get(at + used..).unwrap_or("");
    }
    out.push_str(rest);
}

fn hex(text: &str, at: usize) -> u32 {
    text.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xFFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_at_their_quote() {
        assert_eq!(string_end(b"\"", 0), Ok((0, false)));
        assert_eq!(string_end(b"a long string with \\\" inside\" ", 0), Ok((28, true)));
        assert_eq!(string_end("a\u{e9}\u{1F600}bcdefgh\"".as_bytes(), 0), Ok((14, false)));
        assert_eq!(string_end(b"abcdefghijk\\", 0), Err(Fail::Incomplete));
        assert!(matches!(string_end(b"abcdefghi\nj\"", 0), Err(Fail::Bad { at: 9, .. })));
        assert!(matches!(string_end(b"\\x\"", 0), Err(Fail::Bad { at: 1, .. })));
    }

    #[test]
    fn escapes_are_decoded() {
        let read = |text: &str| {
            let mut out = String::new();
            unescape_into(text, &mut out);
            out
        };
        assert_eq!(read(r#"a\n\"\/\\b"#), "a\n\"/\\b");
        assert_eq!(read(r"\ud83d\ude00!"), "\u{1F600}!");
        assert_eq!(read(r"\ud83dx\ude00\ud83d\ud83d"), "\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}");
    }
}
