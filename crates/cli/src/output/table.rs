//! Rows as a table.

use std::io::{self, IsTerminal, Write};

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};
use quarry::format::RowWriter;
use quarry::{Batch, ColumnInfo, Value};

use super::text::printable;

/// Rows of a table that are laid out together: widths are found anew for each such block.
const ROWS_PER_BLOCK: usize = 10_000;

/// Prints rows aligned, numbers to the right.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    columns: Vec<ColumnInfo>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), columns: Vec::new() }
    }

    fn print(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        writeln!(out, "{}", layout(&self.columns, rows))
    }
}

/// A table of already printable cells.
pub(crate) fn layout(columns: &[ColumnInfo], rows: Vec<Vec<String>>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    let header_line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(header_line));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if !io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(columns.iter().map(|column| printable(&column.name)));
    for row in rows {
        table.add_row(row);
    }
    for (i, column) in columns.iter().enumerate() {
        if column.data_type.is_numeric()
            && let Some(column) = table.column_mut(i)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A value as a cell.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        other => printable(&other.to_string()),
    }
}

impl RowWriter for Table {
    fn begin(&mut self, _: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn rows(&mut self, out: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            self.rows.push(batch.columns().iter().map(|column| cell(&column.value(row))).collect());
        }
        if self.rows.len() >= ROWS_PER_BLOCK { self.print(out) } else { Ok(()) }
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.print(out)
    }
}
