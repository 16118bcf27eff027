use std::fmt::Write as _;

use crate::{Diagnostic, LineIndex, Severity};

/// Workflow commands that make GitHub show each diagnostic at its place in the file `source_name`, one a line.
#[must_use]
pub fn github(source_name: &str, text: &str, diagnostics: &[Diagnostic]) -> String {
    let index = LineIndex::new(text);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        // Writing to a string can't fail.
        let _ = write!(out, "::{level} file={}", property(source_name));
        if let Some(span) = diagnostic.span {
            let (start, end) = (index.position(span.start), index.position(span.end));
            let _ =
                write!(out, ",line={},col={},endLine={},endColumn={}", start.line, start.column, end.line, end.column);
        }
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        let _ = writeln!(out, ",title={}::{}", property(&diagnostic.code.to_string()), data(&message));
    }
    out
}

/// Escapes what would end a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what would end a property, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
