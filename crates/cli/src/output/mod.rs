//! What is printed, and how.

pub(crate) mod account;
pub(crate) mod alerts;
pub(crate) mod backtest;
pub(crate) mod cell;
pub(crate) mod chart;
mod grid;
mod pager;
mod progress;
pub(crate) mod screen;
pub(crate) mod show;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod trace;
mod vertical;
pub(crate) mod width;

use std::io::{self, Write};

use quarry::diagnostics::{Diagnostic, render};

/// Prints to standard error. Where even that is gone there is nobody left to tell. Names and values in the message can
/// set no more than a colour.
pub(crate) fn say(message: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{}", text::guarded(message.trim_end()));
}

/// Prints a warning, in which names and values may stand, in one line.
pub(crate) fn warn(warning: &str) {
    say(&format!("warning: {}", text::printable(warning)));
}

/// Prints to standard output; a reader that is gone has seen enough.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
}

/// Prints text that explains something: on a terminal in lines that fit it, broken between words.
pub(crate) fn explain(text: &str) {
    match screen::size() {
        Some(size) => print(&text::wrapped(&text::guarded(text), size.columns.min(text::LONGEST_LINE))),
        None => print(text),
    }
}

/// Diagnostics with the text that they are about.
pub(crate) fn diagnostics(name: &str, text: &str, diagnostics: &[Diagnostic]) -> String {
    render::human(name, text, diagnostics, style::Style::of_stderr().color)
}
