use std::fmt::Write as _;

use crate::{Diagnostic, LineIndex};

/// The reason of an error response in the reference's form: `line 1:35: Unknown column [x]`, and where there are several,
/// `Found 2 problems` and a line for each. A diagnostic without place has no `line` part.
#[must_use]
pub fn elasticsearch(text: &str, diagnostics: &[Diagnostic]) -> String {
    let index = LineIndex::new(text);
    let mut out = String::new();
    if diagnostics.len() > 1 {
        // Writing to a string can't fail.
        let _ = write!(out, "Found {} problems", diagnostics.len());
    }
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.push('\n');
        }
        if let Some(span) = diagnostic.span {
            let position = index.position(span.start);
            let _ = write!(out, "line {}:{}: ", position.line, position.column);
        }
        out.push_str(&diagnostic.message);
    }
    out
}
