//! How far the pattern of a DISSECT or GROK got.

use quarry::Value;
use quarry::diagnostics::Span;
use quarry::functions::extract::dissect::Dissect;
use quarry::syntax::ast::{Expr, StringLiteral};

use super::probe::Probe;
use super::stages::{Arrived, Tracer};

/// A pattern that didn't match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The place of the pattern in the query.
    pub pattern: Span,
    /// The text that it was held against; `None` where that is null.
    pub input: Option<String>,
    /// The part of the pattern that matched.
    pub matched: String,
    /// What the pattern wanted next.
    pub wanted: String,
    /// The offset in `input` up to which the text was matched.
    pub offset: usize,
}

/// Why a DISSECT gave nothing in the first row; `None` where it did.
pub(super) fn dissect(
    tracer: &Tracer<'_>,
    input: &Expr,
    pattern: &StringLiteral,
    arrived: &Arrived<'_>,
) -> Option<Stopped> {
    let dissect = Dissect::new(&pattern.value, "").ok()?;
    let Some(text) = text(tracer, input, arrived)? else { return Some(without_input(pattern)) };
    let stop = dissect.cut_until(&text, &mut Vec::new()).err()?;
    let matched = match stop.key {
        None => String::new(),
        Some(key) => {
            let end = pattern.value.find(&format!("%{{{key}}}{}", stop.wanted)).unwrap_or(0);
            pattern.value[..end].to_owned()
        }
    };
    let wanted = match stop.key {
        None => stop.wanted.to_owned(),
        Some(key) => format!("%{{{key}}}{}", stop.wanted),
    };
    Some(Stopped { pattern: pattern.span, matched, wanted, offset: stop.offset, input: Some(text) })
}

/// Why a GROK gave nothing in the first row; `None` where one of its patterns matched.
pub(super) fn grok(
    tracer: &Tracer<'_>,
    input: &Expr,
    patterns: &[StringLiteral],
    arrived: &Arrived<'_>,
) -> Option<Stopped> {
    let Some(text) = text(tracer, input, arrived)? else { return patterns.first().map(without_input) };
    let mut best: Option<Stopped> = None;
    for pattern in patterns {
        let cuts = cuts(&pattern.value);
        let reaches = |cut: usize| rest_after(tracer.probe, &text, &pattern.value[..cut]);
        // If a beginning matches, so does every shorter one: the longest is found by halving.
        let (mut matched, mut fails, mut rest) = (0, cuts.len(), text.len());
        while matched < fails {
            let middle = (matched + fails) / 2;
            match reaches(cuts[middle]) {
                Some(left) => (matched, rest) = (middle + 1, left),
                None => fails = middle,
            }
        }
        if matched == cuts.len() {
            return None;
        }
        let from = matched.checked_sub(1).map_or(0, |last| cuts[last]);
        let offset = if matched == 0 { 0 } else { text.len().saturating_sub(rest) };
        let stopped = Stopped {
            pattern: pattern.span,
            input: Some(text.clone()),
            matched: pattern.value[..from].to_owned(),
            wanted: pattern.value[from..cuts[matched]].to_owned(),
            offset,
        };
        if best.as_ref().is_none_or(|best| best.offset < offset) {
            best = Some(stopped);
        }
    }
    best
}

/// The length of what is left of `text` behind the beginning of a GROK pattern; `None` where that doesn't match.
fn rest_after(probe: &Probe<'_>, text: &str, beginning: &str) -> Option<usize> {
    let pattern = format!("{beginning}(?<__rest>(.|\\s)*)");
    let query = format!("ROW __text = {} | GROK __text {} | KEEP __rest", quoted(text), quoted(&pattern));
    let rows = probe.run(&query).ok()?;
    match rows.value(0, "__rest") {
        Some(Value::String(rest)) => Some(rest.len()),
        _ => None,
    }
}

/// A string as a query has it.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The ends of the beginnings of a GROK pattern that are patterns themselves: outside of brackets, and not before a
/// quantifier.
fn cuts(pattern: &str) -> Vec<usize> {
    let bytes = pattern.as_bytes();
    let (mut ends, mut depth, mut class, mut at) = (Vec::new(), 0_usize, false, 0);
    while at < bytes.len() {
        let width = pattern[at..].chars().next().map_or(1, char::len_utf8);
        let mut next = at + width;
        match bytes[at] {
            b'\\' => next += pattern[next..].chars().next().map_or(0, char::len_utf8),
            b'[' if !class => class = true,
            b']' if class => class = false,
            _ if class => {}
            b'%' if bytes.get(at + 1) == Some(&b'{') => {
                next = pattern[at..].find('}').map_or(bytes.len(), |end| at + end + 1);
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = next.min(bytes.len());
        let quantified = matches!(bytes.get(at), Some(b'*' | b'+' | b'?' | b'{' | b'|'));
        if depth == 0 && !class && !quantified && pattern.is_char_boundary(at) {
            ends.push(at);
        }
    }
    // An alternative at the top makes every cut another pattern: only the whole is one.
    if pattern.contains('|') || ends.last() != Some(&bytes.len()) {
        return vec![bytes.len()];
    }
    ends
}

/// The columns that a pattern names.
pub(super) fn keys(pattern: &str) -> Vec<String> {
    pattern
        .split("%{")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(key, _)| {
            let name = key.split(':').nth(1).unwrap_or(key);
            name.trim_start_matches(['?', '+']).trim_end_matches("->").to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// The text in the first row: `None` where it can't be told, `Some(None)` where it is null.
#[allow(clippy::option_option)]
fn text(tracer: &Tracer<'_>, input: &Expr, arrived: &Arrived<'_>) -> Option<Option<String>> {
    let values = tracer.probe.evaluate(arrived.query, &[tracer.span_text(input.span)]).pop()??;
    Some(values.values.first()?.elements().first().and_then(|value| value.as_str().map(str::to_owned)))
}

fn without_input(pattern: &StringLiteral) -> Stopped {
    Stopped { pattern: pattern.span, input: None, matched: String::new(), wanted: pattern.value.clone(), offset: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_cut_where_its_beginning_is_a_pattern() {
        assert_eq!(cuts("%{IP:a} x+(b c)?"), vec![7, 8, 10, 16]);
        assert_eq!(cuts("a|b"), vec![3]);
        assert_eq!(cuts("\\[[a(]\\]"), vec![2, 6, 8]);
        assert_eq!(cuts("é%{X"), vec![2, 5]);
    }

    #[test]
    fn strings_are_quoted_as_the_language_reads_them() {
        assert_eq!(quoted("a\"b\\c\n"), "\"a\\\"b\\\\c\\n\"");
    }
}
