/// A row, or the beginning of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The values of each cell, by their places in the decoded text.
    Row(Vec<Vec<(u32, u32)>>),
    /// A quoted cell doesn't end.
    Open,
}

/// Cuts a row into cells; `lists` says that `[a,b]` is several values. The decoded values go to `text`.
pub(super) fn split(line: &str, lists: bool, text: &mut String) -> Cut {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        if let Some(quoted) = trimmed.strip_prefix('"') {
            let start = text.len() as u32;
            let Some(after) = unquote(quoted, text) else { return Cut::Open };
            cells.push(if text.len() as u32 > start { vec![(start, text.len() as u32)] } else { Vec::new() });
            match after.find(',') {
                Some(at) => rest = &after[at + 1..],
                None => return Cut::Row(cells),
            }
            continue;
        }
        let end = cell_end(rest, lists);
        let cell = rest[..end].trim();
        let list = cell.strip_prefix('[').and_then(|cell| cell.strip_suffix(']')).filter(|_| lists);
        cells.push(match list {
            Some(list) => elements(list).filter_map(|element| put(element, true, text)).collect(),
            None => put(cell, lists, text).into_iter().collect(),
        });
        if end == rest.len() {
            return Cut::Row(cells);
        }
        rest = &rest[end + 1..];
    }
}

/// Appends what a quoted cell says; what comes after its end.
fn unquote<'a>(quoted: &'a str, text: &mut String) -> Option<&'a str> {
    let mut rest = quoted;
    loop {
        let at = rest.find('"')?;
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return Some(rest),
        }
    }
}

/// Where a cell without quotes ends.
fn cell_end(rest: &str, lists: bool) -> usize {
    let bytes = rest.as_bytes();
    let in_list = lists && rest.trim_start().starts_with('[');
    let closing = if in_list { find_unescaped(bytes, 0, b']') } else { Some(0) };
    find_unescaped_if(bytes, closing.unwrap_or(0), b',', lists).unwrap_or(bytes.len())
}

fn find_unescaped(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    find_unescaped_if(bytes, from, byte, true)
}

fn find_unescaped_if(bytes: &[u8], from: usize, byte: u8, escapes: bool) -> Option<usize> {
    (from..bytes.len()).find(|i| bytes[*i] == byte && !(escapes && *i > 0 && bytes[*i - 1] == b'\\'))
}

/// The elements of a list.
fn elements(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?;
        match find_unescaped(text.as_bytes(), 0, b',') {
            Some(at) => {
                rest = Some(&text[at + 1..]);
                Some(text[..at].trim())
            }
            None => {
                rest = None;
                Some(text.trim())
            }
        }
    })
}

/// Appends a value and gives its place; nothing for an empty one.
fn put(value: &str, escapes: bool, text: &mut String) -> Option<(u32, u32)> {
    if value.is_empty() {
        return None;
    }
    let start = text.len() as u32;
    let value = match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
        Some(inner) if escapes && value.len() > 1 => inner,
        _ => value,
    };
    if escapes && value.contains('\\') {
        let mut escaped = false;
        for c in value.chars() {
            match c {
                '\\' if !escaped => escaped = true,
                ',' | '[' | ']' => {
                    text.push(c);
                    escaped = false;
                }
                _ => {
                    if std::mem::take(&mut escaped) {
                        text.push('\\');
                    }
                    text.push(c);
                }
            }
        }
        if escaped {
            text.push('\\');
        }
    } else {
        text.push_str(value);
    }
    Some((start, text.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, lists: bool) -> Option<Vec<Vec<String>>> {
        let mut text = String::new();
        match split(line, lists, &mut text) {
            Cut::Open => None,
            Cut::Row(cells) => {
                let value = |(from, to): &(u32, u32)| text[*from as usize..*to as usize].to_owned();
                Some(cells.iter().map(|cell| cell.iter().map(value).collect()).collect())
            }
        }
    }

    fn row(cells: &[&[&str]]) -> Option<Vec<Vec<String>>> {
        Some(cells.iter().map(|cell| cell.iter().map(|value| (*value).to_owned()).collect()).collect())
    }

    #[test]
    fn rows_are_cut_into_cells() {
        assert_eq!(read("a, b ,,[x,y z],[]", true), row(&[&["a"], &["b"], &[], &["x", "y z"], &[]]));
        assert_eq!(read("[a\\, b,c],d", true), row(&[&["a, b", "c"], &["d"]]));
        assert_eq!(read("[a,b],c", false), row(&[&["[a"], &["b]"], &["c"]]));
        assert_eq!(read("\"a,\"\"b\"\"\",c", false), row(&[&["a,\"b\""], &["c"]]));
        assert_eq!(read("\"a", false), None);
        assert_eq!(
            read("C:\\x,\\\\", true),
            row(&[&["C:\\x"], &["\\\\"]]).map(|mut r| {
                r[1][0] = "\\\\".to_owned();
                r
            })
        );
        assert_eq!(read("", false), row(&[&[]]));
    }
}
