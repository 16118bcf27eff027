use std::io::{self, Write};

use quarry_types::{Batch, Value};

use super::RowWriter;
use crate::ColumnInfo;

/// Comma-separated values with a header, lines ended by CRLF; null is an empty cell, a list `[a, b]`.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front unless `raw` is set: log values are
/// written by whoever attacks.
#[derive(Debug, Default)]
pub struct Csv {
    /// Whether cells are written as they are.
    pub raw: bool,
}

impl RowWriter for Csv {
    fn begin(&mut self, out: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        line(out, columns.iter().map(|column| column.name.clone()))
    }

    fn rows(&mut self, out: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            line(out, batch.columns().iter().map(|column| self.cell(&column.value(row))))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

impl Csv {
    fn cell(&self, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::String(text) if !self.raw && is_formula(text) => format!("'{text}"),
            other => other.to_string(),
        }
    }
}

/// Whether a spreadsheet would compute the text.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err() && text != "-"
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        if cell.contains([',', '"', '\r', '\n']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_in_a_log_value_is_not_a_formula_in_the_sheet() {
        let csv = Csv::default();
        assert_eq!(csv.cell(&Value::from("=cmd|' /C calc'!A0")), "'=cmd|' /C calc'!A0");
        assert_eq!(csv.cell(&Value::from("-5")), "-5");
        assert_eq!(csv.cell(&Value::Integer(-5)), "-5");
        assert_eq!(Csv { raw: true }.cell(&Value::from("=1")), "=1");
    }
}
