//! Rows as a table: side by side where they fit, one field under the other where they don't.

use std::fmt::Display;
use std::io::{self, Write};

use quarry::format::RowWriter;
use quarry::{Batch, ColumnInfo, DataType, Value};

use super::cell::{Cell, CellOptions};
use super::grid::{self, Head};
use super::style::Style;
use super::text::printable;
use super::{screen, vertical};

/// Rows of a table that are laid out together: widths are found anew for each such block.
const ROWS_PER_BLOCK: usize = 10_000;

/// How rows stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Side by side where they fit.
    #[default]
    Auto,
    /// Always side by side; values are cut to whatever is left.
    Grid,
    /// Always one field under the other.
    Vertical,
}

/// What a table looks like.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// The columns of the screen; `None` for as many as it takes.
    pub(crate) room: Option<usize>,
    pub(crate) style: Style,
    pub(crate) layout: Layout,
    pub(crate) cells: CellOptions,
}

impl View {
    /// The view of standard output: cut to the screen and coloured only on a terminal.
    pub(crate) fn of_stdout() -> Self {
        let room = screen::size().map(|size| size.columns);
        let cells =
            CellOptions { sparklines: room.is_some(), null: if room.is_some() { "null" } else { "" }, zone: None };
        Self { room, style: Style::of_stdout(), layout: Layout::Auto, cells }
    }
}

/// Prints rows aligned, numbers to the right.
pub(crate) struct Table {
    view: View,
    heads: Vec<Head>,
    rows: Vec<Vec<Cell>>,
    /// The widths of what was printed so far.
    widths: Vec<usize>,
    vertical: bool,
    printed: u64,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(view: View) -> Self {
        let vertical = view.layout == Layout::Vertical;
        Self { view, heads: Vec::new(), rows: Vec::new(), widths: Vec::new(), vertical, printed: 0 }
    }

    /// Prints the rows held.
    pub(crate) fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let style = self.view.style;
        if !self.vertical {
            match self.fit(&rows) {
                Some(widths) => {
                    if widths != self.widths {
                        if self.printed > 0 {
                            out.write_all(b"\n")?;
                        }
                        out.write_all(grid::header(&self.heads, &widths, style).as_bytes())?;
                        self.widths = widths;
                    }
                    out.write_all(grid::lines(&self.heads, &rows, &self.widths, style).as_bytes())?;
                }
                None => self.vertical = true,
            }
        }
        if self.vertical {
            let text = vertical::rows(&self.heads, &rows, self.printed + 1, self.view.room, style);
            out.write_all(text.as_bytes())?;
        }
        self.printed += rows.len() as u64;
        Ok(())
    }

    /// Prints rows that are all known.
    pub(crate) fn all(&mut self, out: &mut dyn Write, columns: &[ColumnInfo], rows: &[Vec<Value>]) -> io::Result<()> {
        self.heads = heads(columns);
        self.rows = rows.iter().map(|row| row.iter().map(|value| self.view.cells.cell(value)).collect()).collect();
        self.flush(out)
    }

    fn fit(&self, rows: &[Vec<Cell>]) -> Option<Vec<usize>> {
        let fitting = grid::fit(&self.heads, rows, &self.widths, self.view.room);
        if fitting.is_none() && self.view.layout == Layout::Grid {
            return grid::fit(&self.heads, rows, &self.widths, None);
        }
        fitting
    }
}

/// A table of already printable cells.
pub(crate) fn layout(columns: &[ColumnInfo], rows: Vec<Vec<String>>) -> impl Display + use<> {
    let mut table = Table::new(View::of_stdout());
    table.heads = heads(columns);
    table.rows = rows
        .into_iter()
        .map(|row| row.into_iter().map(|text| Cell { is_null: text.is_empty(), text }).collect())
        .collect();
    let mut text = Vec::new();
    // Writing to memory can't fail.
    let _ = table.flush(&mut text);
    String::from_utf8_lossy(&text).trim_end().to_owned()
}

fn heads(columns: &[ColumnInfo]) -> Vec<Head> {
    columns
        .iter()
        .map(|column| {
            let right = column.data_type.is_numeric();
            Head { name: printable(&column.name), right, whole: right || is_fixed(column.data_type) }
        })
        .collect()
}

/// Whether values have a form of their own that a cut would spoil.
fn is_fixed(data_type: DataType) -> bool {
    matches!(data_type, DataType::Date | DataType::DateNanos | DataType::Boolean | DataType::Ip)
}

impl RowWriter for Table {
    fn begin(&mut self, _: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        self.heads = heads(columns);
        Ok(())
    }

    fn rows(&mut self, out: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            let cell = |value: &Value| {
                if self.vertical { self.view.cells.plain(value) } else { self.view.cells.cell(value) }
            };
            self.rows.push(batch.columns().iter().map(|column| cell(&column.value(row))).collect());
        }
        if self.rows.len() >= ROWS_PER_BLOCK { self.flush(out) } else { Ok(()) }
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() && self.printed > 0 { Ok(()) } else { self.flush(out) }
    }
}
