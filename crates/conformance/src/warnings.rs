//! Judges the warnings of a query.
//!
//! Warnings name Java classes that are an accident of the reference's inside; they are left out of the comparison, and
//! two wordings for a string that is no number count as one. Texts expected must come and no others may; patterns only
//! say what may come. Older tests list no warnings where a function meets a list, so a test that lists none accepts
//! those.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use quarry::diagnostics::{Diagnostic, LineIndex, Severity};
use regex::Regex;

use crate::spec::Expected;

/// A class name with its package, as it stands in a text, or with escapes and alternatives in a pattern.
static CLASS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:[a-z]\w*)(?:\\?\.(?:\w+|\([\w.|\\]+\)))*\\?\.[A-Z]\w*: ").ok());

/// A string that is no number, in the older wording.
static NO_NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"For input string: (\\*)"(.*?)(?:\\*)"$"#).ok());

const LIST: &str = "single-value function encountered multi-value";

/// Compares the warnings of a run and of its analysis with those expected. What the analysis says beyond them is
/// advice of our own and doesn't count.
///
/// # Errors
/// A text that shows the difference.
pub fn compare(expected: &[Expected], run: &[String], analysis: &[String]) -> Result<(), String> {
    let mut surplus: BTreeSet<&String> = run.iter().collect();
    let mut missing = BTreeSet::new();
    for one in expected {
        surplus.retain(|text| !matches(one, text));
        if let Expected::Text(text) = one
            && !run.iter().chain(analysis).any(|actual| matches(one, actual))
        {
            missing.insert(text);
        }
    }
    if expected.is_empty() {
        let of_lists: Vec<String> = places(run.iter().filter(|text| text.ends_with(LIST)));
        surplus.retain(|text| !of_lists.iter().any(|place| text.starts_with(place.as_str())));
    }
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    let mut text = String::from("warnings\n");
    for (sign, line) in missing.iter().map(|t| ('-', *t)).chain(surplus.iter().map(|t| ('+', *t))) {
        text.push_str(&format!("  {sign} {line}\n"));
    }
    Err(text)
}

/// The `Line L:C:` of texts.
fn places<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    texts.filter_map(|text| text.find(": ").map(|at| text[..=at].to_owned())).collect()
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
    let header = actual.replace('"', "\\\"");
    let found = |pattern: &str| {
        let finds = |pattern: &str, text: &str| Regex::new(pattern).is_ok_and(|regex| regex.is_match(text));
        finds(pattern, &header) || finds(&plain(pattern), &plain(&header))
    };
    match expected {
        Expected::Text(text) => {
            let text = text.replace("\\\"", "\"").replace("%25", "%");
            // Very old tests leave out the place.
            let within = !text.starts_with("Line ") && plain(actual).ends_with(&plain(&text));
            within || plain(&text) == plain(actual) || ((text.contains("\\[") || text.contains("\\d")) && found(&text))
        }
        Expected::Pattern(pattern) => found(pattern),
    }
}

/// A text or pattern without class names and in one wording.
fn plain(text: &str) -> String {
    let text = CLASS.as_ref().map_or_else(|| text.into(), |class| class.replace(text, ""));
    let Some(captures) = NO_NUMBER.as_ref().and_then(|regex| regex.captures(&text)) else { return text.into_owned() };
    let whole = captures.get(0).map_or(0, |m| m.start());
    // More than one backslash before the mark means that it is a pattern.
    let escape = if captures[1].len() > 1 { "\\" } else { "" };
    format!("{}Cannot parse number {escape}[{}{escape}]", &text[..whole], captures[2].trim_end_matches('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Expected {
        Expected::Text(text.into())
    }

    #[test]
    fn class_names_do_not_count() {
        let run = [
            "Line 1:2: evaluation of [f(\"a\")] failed".to_owned(),
            "Line 1:2: java.lang.FooException: bad".to_owned(),
        ];
        let expected =
            [text(r#"Line 1:2: evaluation of [f(\"a\")] failed"#), text("Line 1:2: org.x.y.BarException: bad")];
        compare(&expected, &run, &[]).unwrap();
        let pattern = Expected::Pattern(r"Line 1:2: org.x.(y.z|q).BarException: b.d".into());
        compare(&[expected[0].clone(), pattern], &run, &[]).unwrap();
    }

    #[test]
    fn missing_and_surplus_warnings_are_shown() {
        let difference = compare(&[text("a")], &["b".to_owned()], &["c".to_owned()]).unwrap_err();
        assert_eq!(difference, "warnings\n  - a\n  + b\n");
        compare(&[text("a")], &[], &["a".to_owned(), "c".to_owned()]).unwrap();
        compare(&[Expected::Pattern("a".into())], &[], &[]).unwrap();
    }

    #[test]
    fn wordings_of_bad_numbers_are_one() {
        let run = ["Line 1:2: a.b.FooException: Cannot parse number [x]".to_owned()];
        compare(&[text(r#"Line 1:2: java.lang.BarException: For input string: \"x\""#)], &run, &[]).unwrap();
        compare(&[Expected::Pattern(r#"java.lang.BarException: For input string: \\\"x\\\""#.into())], &run, &[])
            .unwrap();
    }

    #[test]
    fn warnings_of_lists_need_not_be_listed() {
        let run = ["Line 1:2: evaluation of [f] failed".to_owned(), format!("Line 1:2: a.B: {LIST}")];
        compare(&[], &run, &[]).unwrap();
        assert!(compare(&[], &["Line 1:2: a.B: bad".to_owned()], &[]).is_err());
    }
}
