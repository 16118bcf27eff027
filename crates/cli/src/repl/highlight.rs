//! Colours for a query while it is typed, with the bracket that matches the one at the cursor.

use quarry::functions::registry;
use quarry::syntax::{Lexeme, LexemeKind, lexemes};

const BRACKET: &str = "1;4";

/// `text` with colours. Brackets that match at the cursor `at` are marked; without a cursor none are.
pub(crate) fn highlight(text: &str, at: Option<usize>) -> String {
    if let Some(rest) = text.trim_start().strip_prefix('.') {
        return dot(text, rest);
    }
    let pieces = lexemes(text);
    let pair = at.and_then(|at| matching(text, &pieces, at));
    let mut out = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for (i, piece) in pieces.iter().enumerate() {
        let (from, to) = (piece.span.start as usize, piece.span.end as usize);
        let Some(between) = text.get(end..from) else { continue };
        out.push_str(&unknown(between));
        let typed = piece.span.text(text);
        let code = match pair {
            Some((a, b)) if i == a || i == b => Some(BRACKET),
            _ => color(piece, typed),
        };
        match code {
            // A code that stays open would colour the rest of the screen, so each line gets its own.
            Some(code) => {
                for (n, line) in typed.split('\n').enumerate() {
                    if n > 0 {
                        out.push('\n');
                    }
                    out.push_str(&format!("\u{1b}[{code}m{line}\u{1b}[0m"));
                }
            }
            None => out.push_str(typed),
        }
        end = to;
    }
    out.push_str(&unknown(text.get(end..).unwrap_or("")));
    out
}

fn color(piece: &Lexeme, typed: &str) -> Option<&'static str> {
    Some(match piece.kind {
        LexemeKind::Command => "1;34",
        LexemeKind::Keyword => "34",
        LexemeKind::Function if registry::find(typed).is_some() => "36",
        LexemeKind::Function => "31",
        LexemeKind::String if piece.closed => "32",
        LexemeKind::String => "4;32",
        LexemeKind::Number | LexemeKind::Constant => "35",
        LexemeKind::Parameter | LexemeKind::Index => "33",
        LexemeKind::Comment => "2",
        LexemeKind::Pipe => "1",
        _ => return None,
    })
}

/// What starts no piece is either space or a mistake.
fn unknown(text: &str) -> String {
    if text.trim().is_empty() { text.to_owned() } else { format!("\u{1b}[31m{text}\u{1b}[0m") }
}

fn dot(text: &str, rest: &str) -> String {
    let name = rest.split_whitespace().next().unwrap_or("");
    let end = text.find('.').unwrap_or(0) + 1 + if rest.starts_with(char::is_whitespace) { 0 } else { name.len() };
    let (name, arguments) = text.split_at(end.min(text.len()));
    format!("\u{1b}[1;34m{name}\u{1b}[0m{arguments}")
}

/// The places of a bracket at the cursor, or right before it, and of its other half.
fn matching(text: &str, pieces: &[Lexeme], at: usize) -> Option<(usize, usize)> {
    let is_bracket = |piece: &Lexeme| matches!(piece.kind, LexemeKind::Open | LexemeKind::Close);
    let at_cursor = pieces.iter().position(|p| is_bracket(p) && p.span.start as usize == at);
    let here = at_cursor.or_else(|| pieces.iter().position(|p| is_bracket(p) && p.span.end as usize == at))?;
    let mut open = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        match piece.kind {
            LexemeKind::Open => open.push(i),
            LexemeKind::Close => {
                let other = open.pop()?;
                if here == i || here == other {
                    let halves = [("(", ")"), ("[", "]"), ("{", "}")];
                    let pair = (pieces[other].span.text(text), piece.span.text(text));
                    return halves.contains(&pair).then_some((other, i));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('\u{1b}') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = &rest[rest.find('m').unwrap_or(0) + 1..];
        }
        out + rest
    }

    #[test]
    fn colours_change_nothing_but_colour() {
        for text in [
            "FROM logs | WHERE a == \"x\" // c",
            "FROM $$ | é日本 `",
            "/* two\nlines */ ROW x = 1",
            ".open a b",
            ". x",
            "",
            "FROM a | EVAL x = TO_LOWER(\"A\") | WHERE y : \"z",
        ] {
            assert_eq!(plain(&highlight(text, None)), text);
            for at in 0..text.len() {
                assert_eq!(plain(&highlight(text, Some(at))), text);
            }
        }
    }

    #[test]
    fn commands_functions_and_strings_are_told_apart() {
        let shown = highlight("ROW x = TO_LOWER(\"A\")", None);
        assert!(shown.contains("\u{1b}[1;34mROW\u{1b}[0m"), "{shown:?}");
        assert!(shown.contains("\u{1b}[36mTO_LOWER\u{1b}[0m"), "{shown:?}");
        assert!(shown.contains("\u{1b}[32m\"A\"\u{1b}[0m"), "{shown:?}");
        assert!(highlight("ROW x = TO_LOWR(1)", None).contains("\u{1b}[31mTO_LOWR"));
    }

    #[test]
    fn the_matching_bracket_is_marked() {
        let text = "ROW x = (1 + [2])";
        let marked = |at| highlight(text, Some(at)).matches("\u{1b}[1;4m").count();
        assert_eq!(marked(8), 2);
        assert_eq!(marked(text.len()), 2);
        assert_eq!(marked(0), 0);
        assert_eq!(highlight("ROW x = (1]", Some(8)).matches("\u{1b}[1;4m").count(), 0);
    }
}
