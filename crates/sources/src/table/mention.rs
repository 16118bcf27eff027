use std::io::Read;

use memchr::memmem::Finder;

use crate::catalog::{Format, Group, Source};
use crate::decompress;
use crate::discover::Origin;
use crate::json::space;

/// Whether in any file of the group a key ends as `name` does. A yes may be wrong, a no is right, but for keys that are
/// written with escapes.
pub(crate) fn mentions(group: &Group, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let finder = Finder::new(last.as_bytes());
    group
        .sources
        .iter()
        .filter(|source| matches!(source.format, Format::Json | Format::JsonLines))
        // Only the beginning of a stream has been read, and that was in the sample.
        .filter(|source| matches!(source.found.origin, Origin::File(_)))
        .any(|source| in_source(source, &finder))
}

/// White space between a key and its colon that is looked across.
const SLACK: usize = 64;

fn in_source(source: &Source, finder: &Finder<'_>) -> bool {
    let Ok((mut reader, _)) = decompress::stream(&source.found.origin) else { return false };
    let mut buffer = vec![0; super::split::BLOCK];
    let mut held = 0;
    let overlap = finder.needle().len() + SLACK;
    if overlap * 2 > buffer.len() {
        return true;
    }
    loop {
        match reader.read(&mut buffer[held..]) {
            Ok(0) => return has_key(&buffer[..held], finder),
            Ok(got) => held += got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => return has_key(&buffer[..held], finder),
        }
        if held < buffer.len() {
            continue;
        }
        if has_key(&buffer, finder) {
            return true;
        }
        buffer.copy_within(held - overlap.., 0);
        held = overlap;
    }
}

/// Whether a key in `bytes` ends with the text looked for, after a dot or as a whole.
fn has_key(bytes: &[u8], finder: &Finder<'_>) -> bool {
    finder.find_iter(bytes).any(|at| {
        let end = at + finder.needle().len();
        let begins = at == 0 || matches!(bytes[at - 1], b'"' | b'.');
        let colon = space(bytes, end + 1);
        begins && bytes.get(end) == Some(&b'"') && bytes.get(colon).is_none_or(|byte| *byte == b':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_values() {
        let has = |text: &str, name: &str| has_key(text.as_bytes(), &Finder::new(name));
        assert!(has(r#"{"a":{"late" : 1}}"#, "late"));
        assert!(has(r#"{"a.late":1}"#, "late"));
        assert!(!has(r#"{"a":"late","b":["late"]}"#, "late"));
        assert!(!has(r#"{"translate":1}"#, "late"));
    }
}
