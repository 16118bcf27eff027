//! Colours, where there is a terminal that shows them and nobody asked for none (<https://no-color.org>).

use std::io::{self, IsTerminal};

use comfy_table::{Attribute, Cell, Color};

/// Paints texts, or leaves them as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// For standard output.
    pub(crate) fn for_stdout() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { on: io::stdout().is_terminal() && !refused }
    }

    /// What is as wanted.
    pub(crate) fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// What isn't.
    pub(crate) fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A severity in the colour that it has.
    pub(crate) fn severity(self, severity: &str) -> String {
        match severity {
            "critical" => self.with("1;31", severity),
            "high" => self.with("31", severity),
            "medium" => self.with("33", severity),
            "low" => self.with("36", severity),
            other => other.to_owned(),
        }
    }

    /// The same as the cell of a table.
    pub(crate) fn severity_cell(self, severity: &str) -> Cell {
        let cell = Cell::new(severity);
        match severity {
            _ if !self.on => cell,
            "critical" => cell.fg(Color::Red).add_attribute(Attribute::Bold),
            "high" => cell.fg(Color::Red),
            "medium" => cell.fg(Color::Yellow),
            "low" => cell.fg(Color::Cyan),
            _ => cell,
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
