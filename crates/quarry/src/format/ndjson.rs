use std::io::{self, Write};

use quarry_types::{Batch, Value};

use super::RowWriter;
use crate::ColumnInfo;

/// One object a line; nulls are left out.
#[derive(Debug, Default)]
pub struct Ndjson;

impl RowWriter for Ndjson {
    fn begin(&mut self, _: &mut dyn Write, _: &[ColumnInfo]) -> io::Result<()> {
        Ok(())
    }

    fn rows(&mut self, out: &mut dyn Write, columns: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            out.write_all(b"{")?;
            let mut first = true;
            for (column, info) in batch.columns().iter().zip(columns) {
                let value = column.value(row);
                if value.is_null() {
                    continue;
                }
                if !std::mem::replace(&mut first, false) {
                    out.write_all(b",")?;
                }
                serde_json::to_writer(&mut *out, &info.name)?;
                out.write_all(b":")?;
                super::json::write_value(out, &value, info.data_type)?;
            }
            out.write_all(b"}\n")?;
        }
        Ok(())
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The cells of a row as a JSON object, nulls left out.
#[must_use]
pub fn row_object(columns: &[ColumnInfo], values: &[Value]) -> serde_json::Map<String, serde_json::Value> {
    columns
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_null())
        .map(|(column, value)| (column.name.clone(), value.to_json(column.data_type)))
        .collect()
}
