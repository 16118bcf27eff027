//! The smallest parts: words, names, patterns, strings and numbers.

use crate::{
    ast::{Ident, IndexPattern, Literal, Map, Name, NamePattern, NameSegment, Param, ParamKind, PatternPiece},
    lexer::word::{is_word, word_char},
};

/// `text` as a name segment or other word: in backquotes where it isn't a plain word or is one of `reserved`.
pub(super) fn identifier(text: &str, reserved: &[&str]) -> String {
    if is_word(text) && !reserved.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return text.to_owned();
    }
    backquoted(text)
}

fn backquoted(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

pub(super) fn ident(ident: &Ident, reserved: &[&str]) -> String {
    identifier(&ident.text, reserved)
}

pub(super) fn segment(segment: &NameSegment, reserved: &[&str]) -> String {
    match segment {
        NameSegment::Ident(word) => ident(word, reserved),
        NameSegment::Param(value) => param(value),
    }
}

/// A dotted name; words are reserved in its first segment only.
pub(super) fn name(name: &Name, reserved: &[&str]) -> String {
    let segments: Vec<String> =
        name.segments.iter().enumerate().map(|(i, part)| segment(part, if i == 0 { reserved } else { &[] })).collect();
    segments.join(".")
}

pub(super) fn param(param: &Param) -> String {
    let mark = if param.identifier { "??" } else { "?" };
    match &param.kind {
        ParamKind::Anonymous(_) => mark.to_owned(),
        ParamKind::Position(n) => format!("{mark}{n}"),
        ParamKind::Named(name) => format!("{mark}{name}"),
    }
}

/// A name pattern. A literal piece is quoted segment by segment, and only where it has to be.
pub(super) fn pattern(pattern: &NamePattern, reserved: &[&str]) -> String {
    let mut out = String::new();
    for (i, piece) in pattern.pieces.iter().enumerate() {
        match piece {
            PatternPiece::Any => out.push('*'),
            PatternPiece::Param(value) => out.push_str(&param(value)),
            PatternPiece::Literal(literal) => {
                let alone = pattern.pieces.len() == 1;
                let before = i > 0;
                let after = i + 1 < pattern.pieces.len();
                push_literal(&mut out, literal, before, after, if alone { reserved } else { &[] });
            }
        }
    }
    out
}

/// Adds a literal piece that stands between other pieces or at the ends.
fn push_literal(out: &mut String, literal: &str, before: bool, after: bool, reserved: &[&str]) {
    let parts: Vec<&str> = literal.split('.').collect();
    let last = parts.len() - 1;
    // An empty segment can only be told apart inside backquotes; at the ends it is the dot next to another piece.
    let torn =
        parts.iter().enumerate().any(|(i, part)| part.is_empty() && !((i == 0 && before) || (i == last && after)));
    if torn {
        out.push_str(&backquoted(literal));
        return;
    }
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push('.');
        }
        if part.is_empty() {
            continue;
        }
        let glued_before = i == 0 && before && out.ends_with('*');
        let glued_after = i == last && after;
        let plain = if glued_before {
            part.chars().all(word_char)
        } else {
            is_word(part) || (glued_after && (*part == "_" || *part == "@"))
        };
        let word = !(i == 0 && !before && reserved.iter().any(|word| word.eq_ignore_ascii_case(part)));
        if plain && word { out.push_str(part) } else { out.push_str(&backquoted(part)) }
    }
}

pub(super) fn index(index: &IndexPattern) -> String {
    if index.quoted { string(&index.text) } else { index.text.clone() }
}

/// A string literal with as few escapes as can be: in triple quotes where it holds backslashes or quotes and may be.
pub(super) fn string(value: &str) -> String {
    let triple = value.contains(['\\', '"']) && !value.contains(['\n', '\r']);
    if triple {
        let literal = format!("\"\"\"{value}\"\"\"");
        let extent = crate::lexer::quoted::string(&literal);
        if extent.len == literal.len() {
            return literal;
        }
    }
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('"');
    for c in value.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

pub(super) fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "NULL".to_owned(),
        Literal::Boolean(true) => "TRUE".to_owned(),
        Literal::Boolean(false) => "FALSE".to_owned(),
        Literal::Integer(n) => n.to_string(),
        Literal::Long(n) => n.to_string(),
        Literal::UnsignedLong(n) => n.to_string(),
        Literal::Double(n) => format!("{n:?}"),
        Literal::String(value) => string(value),
        Literal::TimeSpan { amount, unit } => {
            let plural = if amount.unsigned_abs() == 1 { "" } else { "s" };
            format!("{amount} {}{plural}", unit.name())
        }
        Literal::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(self::literal).collect();
            format!("[{}]", elements.join(", "))
        }
    }
}

pub(super) fn map(map: &Map) -> String {
    let entries: Vec<String> = map
        .entries
        .iter()
        .map(|(key, value)| format!("{}: {}", string(&key.value), super::print_expression(value)))
        .collect();
    format!("{{{}}}", entries.join(", "))
}
