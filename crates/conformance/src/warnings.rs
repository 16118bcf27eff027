//! Judges the warnings of a query.
//!
//! Warnings name Java classes that are an accident of the reference's inside; they are left out of the comparison.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use quarry::diagnostics::{Diagnostic, LineIndex, Severity};
use regex::Regex;

use crate::spec::Expected;

/// A class name with its package, as it stands in a text, or with escapes and alternatives in a pattern.
static CLASS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:[a-z][\w]*|\([\w.|\\]+\))(?:\\?\.(?:\w+|\([\w.|\\]+\)))*\\?\.[A-Z]\w*: ").ok());

/// Compares the warnings of a run and of its analysis with those expected. What the analysis says beyond them is
/// advice of our own and doesn't count.
///
/// # Errors
/// A text that shows the difference.
pub fn compare(expected: &[Expected], run: &[String], analysis: &[String]) -> Result<(), String> {
    let mut unmatched: BTreeSet<&String> = run.iter().collect();
    let mut missing = BTreeSet::new();
    for one in expected {
        let hits: Vec<&String> = run.iter().filter(|text| matches(one, text)).collect();
        for hit in &hits {
            unmatched.remove(hit);
        }
        if hits.is_empty() && !analysis.iter().any(|text| matches(one, text)) {
            missing.insert(match one {
                Expected::Text(text) | Expected::Pattern(text) => text,
            });
        }
    }
    if missing.is_empty() && unmatched.is_empty() {
        return Ok(());
    }
    let mut text = String::from("warnings\n");
    let lines = missing.iter().map(|t| ('-', *t)).chain(unmatched.iter().map(|t| ('+', *t)));
    for (sign, line) in lines {
        text.push_str(&format!("  {sign} {line}\n"));
    }
    Err(text)
}

/// The warnings of an analysis in the form of those of a run.
#[must_use]
pub fn of_analysis(query: &str, diagnostics: &[Diagnostic]) -> Vec<String> {
    let lines = LineIndex::new(query);
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity != Severity::Error)
        .map(|diagnostic| match diagnostic.span {
            Some(span) => {
                let at = lines.position(span.start);
                format!("Line {}:{}: {}", at.line, at.column, diagnostic.message)
            }
            None => diagnostic.message.clone(),
        })
        .collect()
}

fn matches(expected: &Expected, actual: &str) -> bool {
    match expected {
        Expected::Text(text) => without_class(&text.replace("\\\"", "\"")) == without_class(actual),
        Expected::Pattern(pattern) => {
            let header = actual.replace('"', "\\\"");
            let found = |pattern: &str, text: &str| Regex::new(pattern).is_ok_and(|regex| regex.is_match(text));
            found(pattern, &header) || found(&without_class(pattern), &without_class(&header))
        }
    }
}

fn without_class(text: &str) -> String {
    CLASS.as_ref().map_or_else(|| text.to_owned(), |class| class.replace(text, "").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Expected {
        Expected::Text(text.into())
    }

    #[test]
    fn class_names_do_not_count() {
        let run = ["Line 1:2: evaluation of [f(\"a\")] failed".to_owned(), "Line 1:2: java.lang.FooException: bad".to_owned()];
        let expected = [text(r#"Line 1:2: evaluation of [f(\"a\")] failed"#), text("Line 1:2: org.x.y.BarException: bad")];
        compare(&expected, &run, &[]).unwrap();
        let pattern = Expected::Pattern(r"Line 1:2: org.x.(y.z|q).BarException: b.d".into());
        compare(&[expected[0].clone(), pattern], &run, &[]).unwrap();
    }

    #[test]
    fn missing_and_surplus_warnings_are_shown() {
        let difference = compare(&[text("a")], &["b".to_owned()], &["c".to_owned()]).unwrap_err();
        assert_eq!(difference, "warnings\n  - a\n  + b\n");
        compare(&[text("a")], &[], &["a".to_owned(), "c".to_owned()]).unwrap();
    }
}
