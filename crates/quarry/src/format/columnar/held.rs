use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use quarry_types::Batch;

use super::array::{narrowed, record_batches};
use super::{failed, schema};
use crate::ColumnInfo;

/// How much is kept in memory; what is more goes to a temporary file.
const IN_MEMORY: usize = 64 << 20;

/// Rows that wait until it is known which columns have lists.
pub(super) struct Held {
    columns: Vec<ColumnInfo>,
    lists: Vec<bool>,
    kept: Vec<Batch>,
    bytes: usize,
    most: usize,
    spilled: Option<StreamWriter<BufWriter<File>>>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("columns", &self.columns).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Held {
    pub(super) fn new(columns: &[ColumnInfo]) -> Self {
        Self::with_memory(columns, IN_MEMORY)
    }

    pub(super) fn with_memory(columns: &[ColumnInfo], most: usize) -> Self {
        let lists = vec![false; columns.len()];
        Self { columns: columns.to_vec(), lists, kept: Vec::new(), bytes: 0, most, spilled: None }
    }

    pub(super) fn push(&mut self, batch: &Batch) -> io::Result<()> {
        for (list, column) in self.lists.iter_mut().zip(batch.columns()) {
            *list |= column.is_list();
        }
        let batch = batch.compact();
        self.bytes += batch.memory_bytes();
        self.kept.push(batch);
        if self.bytes > self.most { self.spill() } else { Ok(()) }
    }

    /// Writes what is kept to the temporary file, every column as lists.
    fn spill(&mut self) -> io::Result<()> {
        let schema = schema(&self.columns, &vec![true; self.columns.len()]);
        if self.spilled.is_none() {
            let file = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
            self.spilled = Some(StreamWriter::try_new(file, &schema).map_err(failed)?);
        }
        if let Some(writer) = &mut self.spilled {
            for batch in self.kept.drain(..) {
                for piece in record_batches(&batch, &schema).map_err(failed)? {
                    writer.write(&piece).map_err(failed)?;
                }
            }
        }
        self.bytes = 0;
        Ok(())
    }

    /// The schema, now that all rows are there.
    pub(super) fn schema(&self) -> std::sync::Arc<arrow_schema::Schema> {
        schema(&self.columns, &self.lists)
    }

    /// Gives all rows, in order.
    pub(super) fn give(mut self, take: &mut dyn FnMut(RecordBatch) -> io::Result<()>) -> io::Result<()> {
        let schema = self.schema();
        if let Some(writer) = self.spilled.take() {
            let file = writer.into_inner().map_err(failed)?;
            let mut file = file.into_inner().map_err(|error| error.into_error())?;
            file.rewind()?;
            for batch in StreamReader::try_new(BufReader::new(file), None).map_err(failed)? {
                take(narrowed(&batch.map_err(failed)?, &schema).map_err(failed)?)?;
            }
        }
        for batch in self.kept.drain(..) {
            for piece in record_batches(&batch, &schema).map_err(failed)? {
                take(piece)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarry_types::{Column, DataType, Value};

    fn shown(most: usize) -> Vec<String> {
        let columns = [("a", DataType::Keyword), ("b", DataType::Date)]
            .map(|(name, data_type)| ColumnInfo { name: name.to_owned(), data_type });
        let mut held = Held::with_memory(&columns, most);
        let list = Value::List(vec!["x".into(), "y".into()]);
        for rows in [vec![Value::Null, "s".into()], vec![list, Value::Null], vec!["c".into(); 2]] {
            let dates = [Value::Date(1), Value::Null];
            let columns =
                vec![Column::from_values(DataType::Keyword, rows), Column::from_values(DataType::Date, dates)];
            held.push(&Batch::new(columns, 2)).unwrap();
        }
        assert!(held.schema().field(0).data_type().is_nested() && !held.schema().field(1).data_type().is_nested());
        let mut given = Vec::new();
        held.give(&mut |batch| {
            given.push(format!("{batch:?}"));
            Ok(())
        })
        .unwrap();
        given
    }

    #[test]
    fn rows_that_went_to_a_file_come_back_as_they_were() {
        assert_eq!(shown(0), shown(1 << 30));
    }
}
