use serde_json::{Value, json};

use crate::{Diagnostic, LineIndex};

/// The diagnostics as a JSON array of objects.
///
/// Each has `code`, `severity`, `message`, `file`, the place (`line`, `column`, `end_line`, `end_column`, counted from 1, the
/// end exclusive; null without place), `labels`, `help`, and `fix` with its own place and `replacement`.
#[must_use]
pub fn json(source_name: &str, text: &str, diagnostics: &[Diagnostic]) -> Value {
    let index = LineIndex::new(text);
    diagnostics.iter().map(|diagnostic| one(source_name, &index, diagnostic)).collect()
}

fn one(source_name: &str, index: &LineIndex<'_>, diagnostic: &Diagnostic) -> Value {
    let start = diagnostic.span.map(|span| index.position(span.start));
    let end = diagnostic.span.map(|span| index.position(span.end));
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let (start, end) = (index.position(label.span.start), index.position(label.span.end));
            json!({
                "text": label.text,
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
            })
        })
        .collect();
    let fix = diagnostic.fix.as_ref().map(|fix| {
        let (start, end) = (index.position(fix.span.start), index.position(fix.span.end));
        json!({
            "line": start.line,
            "column": start.column,
            "end_line": end.line,
            "end_column": end.column,
            "start_offset": fix.span.start,
            "end_offset": fix.span.end,
            "replacement": fix.replacement,
        })
    });
    json!({
        "code": diagnostic.code.to_string(),
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "file": source_name,
        "line": start.map(|position| position.line),
        "column": start.map(|position| position.column),
        "end_line": end.map(|position| position.line),
        "end_column": end.map(|position| position.column),
        "labels": labels,
        "help": diagnostic.help,
        "fix": fix,
    })
}
