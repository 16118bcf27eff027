use crate::json::{skip_value, space};

/// How the records of a stream lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One or more whole values on each line.
    Lines,
    /// Values that go over several lines, or that are too long to be held as a line.
    Values,
}

/// How many lines are looked at before deciding.
const LINES: usize = 10;

/// The layout of a stream that begins with `head`; `whole` says that nothing comes after it.
pub(crate) fn layout(head: &[u8], whole: bool, depth: usize) -> Layout {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut at = space(head, 0);
    for _ in 0..LINES {
        let (line, next) = match memchr::memchr(b'\n', &head[at..]) {
            Some(end) => (&head[at..at + end], at + end + 1),
            None if whole => (&head[at..], head.len()),
            // A first line longer than the sample: brackets find its records without holding all of it.
            None => return Layout::Values,
        };
        let line = line.trim_ascii_end();
        match line.first() {
            Some(b'{' | b'[') if is_whole(line, depth) => return Layout::Lines,
            // A broken line of objects, or the first line of an object laid out over several.
            Some(b'{') if next < head.len() => {}
            Some(b'{' | b'[') => return Layout::Values,
            Some(b' ' | b'\t' | b'}' | b'"') => return Layout::Values,
            _ => return Layout::Lines,
        }
        at = next;
    }
    Layout::Values
}

fn is_whole(line: &[u8], depth: usize) -> bool {
    let mut at = 0;
    while at < line.len() {
        match skip_value(line, at, depth) {
            Ok(end) => at = space(line, end),
            Err(_) => return false,
        }
    }
    true
}

/// Whether a stream that begins with `head` holds JSON objects.
pub(crate) fn looks_like_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = space(head, 0);
    let second = head.get(space(head, start + 1));
    match (head.get(start), second) {
        (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{')) => return true,
        (Some(b'['), Some(b']')) => return head[space(head, start + 1) + 1..].trim_ascii().is_empty(),
        _ => {}
    }
    head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).any(|line| line.starts_with(b"{\"") && is_whole(line, 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_found_from_the_first_lines() {
        for (text, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", Layout::Lines),
            ("\n\n{\"a\":1}{\"a\":2}", Layout::Lines),
            ("{\"a\":1", Layout::Values),
            ("{\"a\":tru}\n{\"a\":2}\n", Layout::Lines),
            ("{\n \"a\": 1\n}\n", Layout::Values),
            ("[\n{\"a\":1},\n{\"a\":2}\n]", Layout::Values),
            ("[{\"a\":1}]\n[{\"a\":2}]", Layout::Lines),
            ("Jan 1 x\n{\"a\":1}", Layout::Lines),
            ("", Layout::Lines),
        ] {
            assert_eq!(layout(text.as_bytes(), true, 1000), expected, "{text}");
        }
        assert_eq!(layout(b"{\"Records\":[", false, 1000), Layout::Values);
    }

    #[test]
    fn prose_is_no_json() {
        assert!(looks_like_json(b"\xEF\xBB\xBF {\"a\":1}"));
        assert!(looks_like_json(b"junk\n{\"a\":1}\n"));
        assert!(!looks_like_json(b"# Title\n[link](x)\n{ text }\n"));
        assert!(!looks_like_json(b"[link](x)"));
        assert!(!looks_like_json(b""));
    }
}
