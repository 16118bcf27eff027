use crate::frame::{member, next_member};
use crate::json::{Fail, skip_value, space};

/// An exported document: the object under `_source`, and what stands beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Where the whole ends.
    pub(crate) end: usize,
    /// Where the document is.
    pub(crate) source: (usize, usize),
    /// Where the text of `_id` is, inside its quotes.
    pub(crate) id: Option<(usize, usize)>,
    /// Where the text of `_index` is, inside its quotes.
    pub(crate) index: Option<(usize, usize)>,
    /// The number under `_version`.
    pub(crate) version: Option<i64>,
}

/// Reads the object that `bytes` begin with as an exported document; `None` where it is none: it has no object under
/// `_source`, or keys that an export doesn't have.
pub(crate) fn envelope(bytes: &[u8], depth: usize) -> Result<Option<Envelope>, Fail> {
    let mut at = space(bytes, 1);
    // Most records say so with their first key.
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'"'), Some(b'_' | b's' | b'f' | b'h')) => {}
        (Some(b'"'), None) | (None, _) => return Err(Fail::Incomplete),
        _ => return Ok(None),
    }
    let mut found = Envelope::default();
    while let Some((key, value)) = member(bytes, at)? {
        if !key.starts_with(b"_") && ![&b"sort"[..], b"fields", b"highlight"].contains(&key) {
            return Ok(None);
        }
        let end = skip_value(bytes, value, depth)?;
        let text = (bytes[value] == b'"').then(|| (value + 1, end - 1));
        match key {
            b"_source" if bytes[value] == b'{' => found.source = (value, end),
            b"_id" => found.id = text,
            b"_index" => found.index = text,
            b"_version" => found.version = std::str::from_utf8(&bytes[value..end]).ok().and_then(|n| n.parse().ok()),
            _ => {}
        }
        at = next_member(bytes, end)?;
    }
    found.end = at + 1;
    Ok((found.source.1 > 0).then_some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exported_documents_are_recognised() {
        let text = br#"{"_index":"logs-x","_id":"7","_version":3,"_source":{"a":1},"sort":[1]} "#;
        let found = envelope(text, 100).unwrap().unwrap();
        assert_eq!(&text[found.source.0..found.source.1], br#"{"a":1}"#);
        assert_eq!((found.end, found.version), (text.len() - 1, Some(3)));
        assert_eq!(found.index.map(|(a, b)| &text[a..b]), Some(&b"logs-x"[..]));
        for other in [r#"{"_id":"7","a":1}"#, r#"{"_source":"x"}"#, r#"{"a":1,"_source":{}}"#, "{}  ", "{}"] {
            assert_eq!(envelope(other.as_bytes(), 100), Ok(None), "{other}");
        }
    }
}
