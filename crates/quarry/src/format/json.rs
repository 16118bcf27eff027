use std::io::{self, Write};

use quarry_types::{Batch, DataType, Value};

use super::RowWriter;
use crate::ColumnInfo;

/// The body of the reference's `_query` response: `columns` with name and type, and `values` row by row.
#[derive(Debug, Default)]
pub struct Json {
    any_rows: bool,
}

impl RowWriter for Json {
    fn begin(&mut self, out: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        out.write_all(b"{\"columns\":[")?;
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                out.write_all(b",")?;
            }
            let column = serde_json::json!({ "name": column.name, "type": column.data_type.name() });
            serde_json::to_writer(&mut *out, &column)?;
        }
        out.write_all(b"],\"values\":[")
    }

    fn rows(&mut self, out: &mut dyn Write, columns: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            out.write_all(if std::mem::replace(&mut self.any_rows, true) { b",[" } else { b"[" })?;
            for (i, (column, info)) in batch.columns().iter().zip(columns).enumerate() {
                if i > 0 {
                    out.write_all(b",")?;
                }
                write_value(out, &column.value(row), info.data_type)?;
            }
            out.write_all(b"]")?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"]}\n")
    }
}

/// Writes a cell as JSON; doubles in Java's form, as the reference does.
pub(super) fn write_value(out: &mut dyn Write, value: &Value, data_type: DataType) -> io::Result<()> {
    match value {
        Value::Double(_) => write!(out, "{value}"),
        Value::List(values) => {
            out.write_all(b"[")?;
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    out.write_all(b",")?;
                }
                write_value(out, value, data_type)?;
            }
            out.write_all(b"]")
        }
        other => Ok(serde_json::to_writer(out, &other.to_json(data_type))?),
    }
}
