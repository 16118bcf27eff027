//! Colours, where the output is a terminal that wants them.

use std::io::IsTerminal;

/// Whether texts are coloured, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// For standard output.
    pub(crate) fn stdout() -> Self {
        Self { on: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() }
    }

    /// What is as wanted.
    pub(crate) fn good(self, text: &str) -> String {
        self.code("32", text)
    }

    /// What isn't.
    pub(crate) fn bad(self, text: &str) -> String {
        self.code("31", text)
    }

    /// Headings.
    pub(crate) fn strong(self, text: &str) -> String {
        self.code("1", text)
    }

    /// What is beside the point.
    pub(crate) fn faint(self, text: &str) -> String {
        self.code("2", text)
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
