use crate::json::{Fail, skip_value, space, string_end};
use crate::kind::record_keys;

/// Keys that a search response may begin with.
const RESPONSE_KEYS: [&[u8]; 5] = [b"hits", b"took", b"timed_out", b"_shards", b"_scroll_id"];

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapper {
    /// A record itself.
    None,
    /// Around an array of records.
    Around {
        /// The index after the array's bracket.
        at: usize,
        /// How many objects are open around the array.
        open: usize,
    },
}

/// Whether the object at the beginning of `bytes` may be a wrapper, by its first key.
pub(crate) fn may_wrap(bytes: &[u8]) -> bool {
    let at = space(bytes, 1);
    let Some(b'"') = bytes.get(at) else { return false };
    let text = &bytes[at + 1..];
    // Nearly all keys differ in their first byte already.
    let is_there = |key: &&[u8]| key.first() == text.first() && text.starts_with(key);
    record_keys().iter().any(is_there) || RESPONSE_KEYS.iter().any(is_there)
}

/// Looks at the keys of the object at the beginning of `bytes`.
pub(crate) fn wrapper(bytes: &[u8], depth: usize) -> Result<Wrapper, Fail> {
    let mut at = space(bytes, 1);
    while let Some((key, value)) = member(bytes, at)? {
        if record_keys().contains(&key) && bytes.get(value) == Some(&b'[') && begins_object(bytes, value)? {
            return Ok(Wrapper::Around { at: value + 1, open: 1 });
        }
        if key == b"hits" && bytes.get(value) == Some(&b'{') {
            let mut inner = space(bytes, value + 1);
            while let Some((key, value)) = member(bytes, inner)? {
                if key == b"hits" && bytes.get(value) == Some(&b'[') && begins_object(bytes, value)? {
                    return Ok(Wrapper::Around { at: value + 1, open: 2 });
                }
                inner = next_member(bytes, skip_value(bytes, value, depth)?)?;
            }
        }
        at = next_member(bytes, skip_value(bytes, value, depth)?)?;
    }
    Ok(Wrapper::None)
}

/// Whether the array at `at` is empty or holds an object first.
fn begins_object(bytes: &[u8], at: usize) -> Result<bool, Fail> {
    match bytes.get(space(bytes, at + 1)) {
        Some(byte) => Ok(matches!(byte, b'{' | b']')),
        None => Err(Fail::Incomplete),
    }
}

/// The key at `at`, as it is written, and where its value starts; `None` at the end of the object.
pub(crate) fn member(bytes: &[u8], at: usize) -> Result<Option<(&[u8], usize)>, Fail> {
    match bytes.get(at) {
        Some(b'"') => {}
        Some(b'}') => return Ok(None),
        Some(_) => return Err(Fail::bad(at, "no key")),
        None => return Err(Fail::Incomplete),
    }
    let (end, _) = string_end(bytes, at + 1)?;
    let colon = space(bytes, end + 1);
    match bytes.get(colon) {
        Some(b':') => Ok(Some((&bytes[at + 1..end], space(bytes, colon + 1)))),
        Some(_) => Err(Fail::bad(colon, "no colon after a key")),
        None => Err(Fail::Incomplete),
    }
}

/// Where the next key or the end of the object is, after a value that ends at `at`.
pub(crate) fn next_member(bytes: &[u8], at: usize) -> Result<usize, Fail> {
    let at = space(bytes, at);
    match bytes.get(at) {
        Some(b',') => match bytes.get(space(bytes, at + 1)) {
            Some(b'"') => Ok(space(bytes, at + 1)),
            Some(_) => Err(Fail::bad(at, "no key after a comma")),
            None => Err(Fail::Incomplete),
        },
        Some(b'}') => Ok(at),
        Some(_) => Err(Fail::bad(at, "neither a comma nor the end of an object")),
        None => Err(Fail::Incomplete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_found_behind_other_keys() {
        let find = |text: &str| wrapper(text.as_bytes(), 1000);
        assert_eq!(find(r#"{"Records":[{"#), Ok(Wrapper::Around { at: 12, open: 1 }));
        assert_eq!(find(r#"{"v":{"x":[1]}, "Records" : [ ]}"#), Ok(Wrapper::Around { at: 29, open: 1 }));
        assert_eq!(find(r#"{"took":1,"hits":{"total":2,"hits":[{"#), Ok(Wrapper::Around { at: 36, open: 2 }));
        assert_eq!(find(r#"{"Records":"x","hits":3}"#), Ok(Wrapper::None));
        assert_eq!(find("{}"), Ok(Wrapper::None));
        assert_eq!(find(r#"{"a":1"#), Err(Fail::Incomplete));
        assert!(matches!(find(r#"{"a" 1}"#), Err(Fail::Bad { .. })));
    }
}
