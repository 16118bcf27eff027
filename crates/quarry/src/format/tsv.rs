use std::io::{self, Write};

use quarry_types::{Batch, Value};

use super::RowWriter;
use crate::ColumnInfo;

/// Tab-separated values with a header; tabs and newlines inside cells are written as `\t` and `\n`.
#[derive(Debug, Default)]
pub struct Tsv;

impl RowWriter for Tsv {
    fn begin(&mut self, out: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        line(out, columns.iter().map(|column| column.name.clone()))
    }

    fn rows(&mut self, out: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            let cells = batch.columns().iter().map(|column| match column.value(row) {
                Value::Null => String::new(),
                other => other.to_string(),
            });
            line(out, cells)?;
        }
        Ok(())
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.write_all(b"\t")?;
        }
        out.write_all(cell.replace('\t', "\\t").replace('\n', "\\n").as_bytes())?;
    }
    out.write_all(b"\n")
}
