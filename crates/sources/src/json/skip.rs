use super::{Fail, literal_end, number_end, string_end};

/// The index of the first byte from `at` on that is no white space.
#[inline]
pub(crate) fn space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// The containers that are open, one bit each: set for an object.
#[derive(Default)]
struct Nest {
    word: u64,
    depth: usize,
    spilled: Vec<u64>,
}

impl Nest {
    fn push(&mut self, object: bool) {
        if self.depth.is_multiple_of(64) && self.depth > 0 {
            self.spilled.push(self.word);
        }
        self.word = self.word << 1 | u64::from(object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.word >>= 1;
        if self.depth.is_multiple_of(64) && self.depth > 0 {
            self.word = self.spilled.pop().unwrap_or(0);
        }
    }

    fn in_object(&self) -> bool {
        self.word & 1 == 1
    }
}

/// The end of the value that starts at `at`, which is checked to be well-formed and no deeper than `max_depth`.
pub(crate) fn skip_value(bytes: &[u8], at: usize, max_depth: usize) -> Result<usize, Fail> {
    match bytes.get(at) {
        Some(b'"') => string_end(bytes, at + 1).map(|(end, _)| end + 1),
        Some(b'{' | b'[') => skip_container(bytes, at, max_depth),
        Some(b't') => literal_end(bytes, at, b"true"),
        Some(b'f') => literal_end(bytes, at, b"false"),
        Some(b'n') => literal_end(bytes, at, b"null"),
        Some(_) => number_end(bytes, at),
        None => Err(Fail::Incomplete),
    }
}

fn skip_container(bytes: &[u8], mut at: usize, max_depth: usize) -> Result<usize, Fail> {
    let mut nest = Nest::default();
    // Each turn reads one value, which starts at `at`, and then everything up to the next value.
    loop {
        match bytes.get(at) {
            Some(open @ (b'{' | b'[')) => {
                if nest.depth >= max_depth {
                    return Err(Fail::bad(at, "nested too deeply"));
                }
                let object = *open == b'{';
                nest.push(object);
                at = space(bytes, at + 1);
                match bytes.get(at) {
                    Some(b'}') if object => {}
                    Some(b']') if !object => {}
                    Some(_) if object => {
                        at = key_end(bytes, at)?;
                        continue;
                    }
                    Some(_) => continue,
                    None => return Err(Fail::Incomplete),
                }
            }
            Some(_) => at = skip_value(bytes, at, max_depth)?,
            None => return Err(Fail::Incomplete),
        }
        loop {
            at = space(bytes, at);
            match (bytes.get(at), nest.in_object()) {
                (Some(b'}'), true) | (Some(b']'), false) => {
                    nest.pop();
                    at += 1;
                    if nest.depth == 0 {
                        return Ok(at);
                    }
                }
                (Some(b','), true) => {
                    at = key_end(bytes, space(bytes, at + 1))?;
                    break;
                }
                (Some(b','), false) => {
                    at = space(bytes, at + 1);
                    break;
                }
                (Some(_), _) => return Err(Fail::bad(at, "neither a comma nor the end of an object or array")),
                (None, _) => return Err(Fail::Incomplete),
            }
        }
    }
}

/// The start of the value whose key starts at `at`.
fn key_end(bytes: &[u8], at: usize) -> Result<usize, Fail> {
    match bytes.get(at) {
        Some(b'"') => {}
        Some(_) => return Err(Fail::bad(at, "no key")),
        None => return Err(Fail::Incomplete),
    }
    let (end, _) = string_end(bytes, at + 1)?;
    let colon = space(bytes, end + 1);
    match bytes.get(colon) {
        Some(b':') => Ok(space(bytes, colon + 1)),
        Some(_) => Err(Fail::bad(colon, "no colon after a key")),
        None => Err(Fail::Incomplete),
    }
}

/// Whether nothing is left of a well-formed value once nulls, the strings that `empty` tells, and empty objects and
/// arrays are taken out of it, innermost first.
pub(crate) fn is_deep_empty(text: &str, empty: impl Fn(&str) -> bool) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let Ok((end, _)) = string_end(bytes, at + 1) else { return false };
                let next = space(bytes, end + 1);
                if bytes.get(next) != Some(&b':') && !empty(&text[at + 1..end]) {
                    return false;
                }
                at = end + 1;
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            b'n' => at += 4,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for (text, end) in [
            (r#"{"a":[1,{"b":null}],"c":"}"} x"#, 28),
            ("[[],{},[{}]],", 12),
            ("-1.5e+3,", 7),
            ("true", 4),
            (" 1", usize::MAX),
        ] {
            assert_eq!(skip_value(text.as_bytes(), 0, 100).unwrap_or(usize::MAX), end, "{text}");
        }
        for bad in ["[1,]", "{,}", "{\"a\"}", "{\"a\":1,}", "[1}", "{\"a\":1]", "01]", "[01]", "tru ", "[nul]", "{1:2}"]
        {
            let failed = !matches!(skip_value(bad.as_bytes(), 0, 100), Ok(end) if end == bad.len());
            assert!(failed, "{bad}");
        }
        assert_eq!(skip_value(b"[1, {\"a\"", 0, 100), Err(Fail::Incomplete));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(matches!(skip_value(deep.as_bytes(), 0, 1000), Err(Fail::Bad { at: 1000, .. })));
        assert_eq!(skip_value(deep.as_bytes(), 0, 10_000), Ok(20_000));
        let mixed = format!("{}1{}", r#"{"a":["#.repeat(300), "]}".repeat(300));
        assert_eq!(skip_value(mixed.as_bytes(), 0, 600), Ok(mixed.len()));
    }

    #[test]
    fn emptiness_looks_inside() {
        let empty = |s: &str| matches!(s, "" | "-" | "none");
        assert!(is_deep_empty(r#"{"a":{"b":[null,"",{}]},"c":"-"}"#, empty));
        assert!(!is_deep_empty(r#"{"a":{"b":[null,"x"]}}"#, empty));
        assert!(!is_deep_empty(r#"{"a":0}"#, empty));
    }
}
