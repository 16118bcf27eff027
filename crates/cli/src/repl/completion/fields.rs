//! Columns: those of the input, without what was dropped and with what was made before the cursor.

use quarry::ColumnInfo;
use quarry::syntax::print_identifier;

use super::candidate::Candidate;
use crate::output::text::printable;

/// The columns with their types. Names that a terminal can't show as they are aren't offered.
pub(super) fn candidates(columns: &[ColumnInfo]) -> Vec<Candidate> {
    columns
        .iter()
        .filter(|column| printable(&column.name) == column.name)
        .map(|column| Candidate::with_note(written(&column.name), column.data_type.name()))
        .collect()
}

/// A column's name as a query writes it: each segment in backquotes where it needs them.
pub(crate) fn written(name: &str) -> String {
    name.split('.').map(print_identifier).collect::<Vec<_>>().join(".")
}
