//! Colours on a terminal.

use std::io::{self, IsTerminal};

/// Whether text may be coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) color: bool,
}

impl Style {
    /// The style for standard output.
    pub(crate) fn of_stdout() -> Self {
        Self { color: io::stdout().is_terminal() && wanted() }
    }

    /// The style for standard error.
    pub(crate) fn of_stderr() -> Self {
        Self { color: io::stderr().is_terminal() && wanted() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(crate) fn accent(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// What is as wanted.
    pub(crate) fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What isn't.
    pub(crate) fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// A severity in the colour that it has.
    pub(crate) fn severity(self, severity: &str) -> String {
        match severity {
            "critical" => self.paint("1;31", severity),
            "high" => self.paint("31", severity),
            "medium" => self.paint("33", severity),
            "low" => self.paint("36", severity),
            other => other.to_owned(),
        }
    }

    pub(crate) fn paint(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Whether the environment asks for no colours: NO_COLOR that isn't empty, or a terminal without them.
fn wanted() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value: std::ffi::OsString| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
