//! Strings and words in backquotes: how far they reach, and what they say.

use super::trivia::blank;

/// Something in quotes at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Its length in bytes, quotes included.
    pub(crate) len: usize,
    /// Whether its end was found.
    pub(crate) closed: bool,
}

/// The extent of the string at the start of `input`, which starts with a double quote.
///
/// The end of a triple-quoted string is the first `"""` plus one or two more quotes that follow it.
/// No string goes over the end of a line.
pub(crate) fn string(input: &str) -> Extent {
    let line = &input[..input.find(['\n', '\r']).unwrap_or(input.len())];
    if let Some(body) = line.strip_prefix("\"\"\"")
        && let Some(end) = body.find("\"\"\"")
    {
        let extra = body[end + 3..].bytes().take(2).take_while(|b| *b == b'"').count();
        return Extent { len: end + 6 + extra, closed: true };
    }
    delimited(line, '"')
}

/// The extent of the text in single quotes at the start of `input`: not a string of the language, but meant as one.
pub(crate) fn single_quoted(input: &str) -> Extent {
    let line = &input[..input.find(['\n', '\r']).unwrap_or(input.len())];
    delimited(line, '\'')
}

fn delimited(line: &str, quote: char) -> Extent {
    let mut escaped = false;
    for (at, c) in line.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return Extent { len: at + 1, closed: true };
        }
    }
    Extent { len: line.trim_end_matches(blank).len(), closed: false }
}

/// The extent of the backquoted word at the start of `input`, in which two backquotes stand for one.
pub(crate) fn backquoted(input: &str) -> Extent {
    let mut rest = input.char_indices().skip(1).peekable();
    while let Some((at, c)) = rest.next() {
        if c != '`' {
            continue;
        }
        if rest.next_if(|(_, next)| *next == '`').is_none() {
            return Extent { len: at + 1, closed: true };
        }
    }
    // An open backquote would swallow the rest of the query; its line is enough.
    let line = &input[..input.find(['\n', '\r']).unwrap_or(input.len())];
    Extent { len: line.trim_end_matches(blank).len(), closed: false }
}

/// The offset of the first escape of `literal` that the language doesn't have, with its length.
pub(crate) fn bad_escape(literal: &str) -> Option<(usize, usize)> {
    if literal.starts_with("\"\"\"") && literal.len() >= 6 {
        return None;
    }
    let mut chars = literal.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (_, next) = chars.next()?;
        if !matches!(next, 't' | 'n' | 'r' | '"' | '\\') {
            return Some((at, 1 + next.len_utf8()));
        }
    }
    None
}

/// What a string literal says. Escapes that the language doesn't have are kept as typed.
#[must_use]
pub fn string_value(literal: &str) -> String {
    if literal.len() >= 6
        && let Some(body) = literal.strip_prefix("\"\"\"").and_then(|body| body.strip_suffix("\"\"\""))
    {
        return body.to_owned();
    }
    let quote = if literal.starts_with('\'') { '\'' } else { '"' };
    let body = literal.strip_prefix(quote).unwrap_or(literal);
    let body = body.strip_suffix(quote).unwrap_or(body);
    let mut value = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => value.push('\t'),
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some(c @ ('"' | '\\')) => value.push(c),
            Some(c) => value.extend(['\\', c]),
            None => value.push('\\'),
        }
    }
    value
}

/// What a word in backquotes says.
#[must_use]
pub fn backquoted_value(literal: &str) -> String {
    let body = literal.strip_prefix('`').unwrap_or(literal);
    let body = body.strip_suffix('`').unwrap_or(body);
    body.replace("``", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triple_quotes_take_two_more() {
        for value in ["\"hello\"", "a\\d", "\"", "\"\"", "a\"b\"\"", ""] {
            let literal = format!("\"\"\"{value}\"\"\"");
            assert_eq!(string(&literal), Extent { len: literal.len(), closed: true }, "{literal}");
            assert_eq!(string_value(&literal), value);
        }
        let text = "\"\"\"\"hello\"\"\"\" | x";
        assert_eq!(string(text), Extent { len: 13, closed: true });
        assert_eq!(string_value(&text[..13]), "\"hello\"");
        assert_eq!(string("\"\"\"\"\"\"").len, 6);
        assert_eq!(string_value("\"\"\"\"\"\""), "");
        assert_eq!(string("\"\" x").len, 2);
    }

    #[test]
    fn escapes() {
        assert_eq!(string_value(r#""a\tb\\c\"d""#), "a\tb\\c\"d");
        assert_eq!(bad_escape(r#""a\d""#), Some((2, 2)));
        assert_eq!(bad_escape(r#""a\n\\""#), None);
        assert_eq!(backquoted_value("`COUNT(``1.field``)`"), "COUNT(`1.field`)");
        assert_eq!(backquoted("`a``b`.c"), Extent { len: 6, closed: true });
    }
}
