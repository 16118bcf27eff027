//! The fields that the text of KQL or QSTR names.

use std::ops::Range;

use quarry::diagnostics::Span;
use quarry::syntax::ast::{Expr, ExprKind};

use super::reads;

/// The text of a search in the query's language, where a call is one.
fn literal(call: &Expr) -> Option<&Expr> {
    let ExprKind::Call { args, .. } = &call.kind else { return None };
    let name = reads::function(call)?;
    (name.eq_ignore_ascii_case("kql") || name.eq_ignore_ascii_case("qstr")).then(|| args.first())?
}

/// The fields that a call searches by name; none where it is no such call.
pub(super) fn fields(call: &Expr) -> Vec<String> {
    let text = literal(call).and_then(reads::string).unwrap_or_default();
    names(text).into_iter().map(|range| text[range].to_owned()).collect()
}

/// Their places in the query's text.
pub(super) fn places(call: &Expr, query: &str) -> Vec<Span> {
    let Some(literal) = literal(call).filter(|literal| reads::string(literal).is_some()) else { return Vec::new() };
    let written = literal.span.text(query);
    let inside = written.trim_matches('"');
    let begin = literal.span.start as usize + written.find(inside).unwrap_or(0);
    names(inside).into_iter().map(|range| Span::new(begin + range.start, begin + range.end)).collect()
}

/// Names before a colon or a comparison outside of quotes, each once.
fn names(text: &str) -> Vec<Range<usize>> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@');
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut word = 0..0;
    let (mut quoted, mut goes_on) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => (quoted, goes_on) = (!quoted, false),
            _ if quoted => {}
            ':' | '<' | '>' => {
                let name = &text[word.clone()];
                let is_new = found.iter().all(|known| text[known.clone()] != *name);
                if is_new && !name.is_empty() && name != "_exists_" {
                    found.push(word.clone());
                }
                (word, goes_on) = (0..0, false);
            }
            c if is_name(c) => {
                let start = if goes_on { word.start } else { at };
                (word, goes_on) = (start..at + c.len_utf8(), true);
            }
            c if c.is_whitespace() => goes_on = false,
            _ => (word, goes_on) = (0..0, false),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_before_colons_and_comparisons() {
        let text = r#"event.type : "start: x" and not (user.name: (a or b) or event.type: y*) or a.*: 1 and é >= 2"#;
        let found: Vec<&str> = names(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["event.type", "user.name", "é"]);
        assert!(names("_exists_: x and y").is_empty() && names(":").is_empty() && names("\"").is_empty());
    }
}
