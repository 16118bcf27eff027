//! How the prompt shows rows.

use crate::commands::query::QueryFormat;
use crate::output::table::Layout;

/// A format, and for tables how rows stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    pub(crate) name: &'static str,
    pub(crate) format: QueryFormat,
    pub(crate) layout: Layout,
}

const ALL: &[Mode] = &[
    Mode { name: "auto", format: QueryFormat::Table, layout: Layout::Auto },
    Mode { name: "grid", format: QueryFormat::Table, layout: Layout::Grid },
    Mode { name: "vertical", format: QueryFormat::Table, layout: Layout::Vertical },
    Mode { name: "chart", format: QueryFormat::Chart, layout: Layout::Auto },
    Mode { name: "json", format: QueryFormat::Json, layout: Layout::Auto },
    Mode { name: "ndjson", format: QueryFormat::Ndjson, layout: Layout::Auto },
    Mode { name: "csv", format: QueryFormat::Csv, layout: Layout::Auto },
    Mode { name: "tsv", format: QueryFormat::Tsv, layout: Layout::Auto },
];

/// The names, for completion and help.
pub(crate) const NAMES: &[&str] = &["auto", "grid", "vertical", "chart", "json", "ndjson", "csv", "tsv"];

impl Mode {
    /// The mode called `name`.
    pub(crate) fn find(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|mode| mode.name.eq_ignore_ascii_case(name))
    }

    /// The mode that prints in `format`.
    pub(crate) fn of_format(format: QueryFormat) -> Self {
        ALL.iter().copied().find(|mode| mode.format == format).unwrap_or(ALL[0])
    }
}

impl Default for Mode {
    fn default() -> Self {
        ALL[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_mode() {
        assert_eq!(NAMES, ALL.iter().map(|mode| mode.name).collect::<Vec<_>>());
        assert!(NAMES.iter().all(|name| Mode::find(name).is_some()));
    }
}
