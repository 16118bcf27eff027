use std::collections::HashSet;

use arrow_array::{BooleanArray, UInt32Array};

use crate::{Column, DataType};

/// Rows: columns of one length. Their names are the plan's business.
#[derive(Clone, Debug)]
pub struct Batch {
    columns: Vec<Column>,
    rows: usize,
}

impl Batch {
    /// A batch of `rows` rows; every column must have as many.
    #[must_use]
    pub fn new(columns: Vec<Column>, rows: usize) -> Self {
        debug_assert!(columns.iter().all(|column| column.len() == rows));
        Self { columns, rows }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns, given away.
    #[must_use]
    pub fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// The column at `index`.
    #[must_use]
    pub fn column(&self, index: usize) -> &Column {
        &self.columns[index]
    }

    /// The same rows with other columns.
    #[must_use]
    pub fn with_columns(&self, columns: Vec<Column>) -> Batch {
        Batch::new(columns, self.rows)
    }

    /// The rows whose flag is true.
    #[must_use]
    pub fn filter(&self, keep: &BooleanArray) -> Batch {
        let rows = keep.true_count();
        if rows == self.rows {
            return self.clone();
        }
        Batch::new(self.columns.iter().map(|column| column.filter(keep)).collect(), rows)
    }

    /// The rows at `indices`, in their order.
    #[must_use]
    pub fn take(&self, indices: &UInt32Array) -> Batch {
        Batch::new(self.columns.iter().map(|column| column.take(indices)).collect(), indices.len())
    }

    /// `len` rows from `offset` on.
    #[must_use]
    pub fn slice(&self, offset: usize, len: usize) -> Batch {
        Batch::new(self.columns.iter().map(|column| column.slice(offset, len)).collect(), len)
    }

    /// All rows of `batches`, whose columns have the types `types`.
    #[must_use]
    pub fn concat(types: &[DataType], batches: &[Batch]) -> Batch {
        if let [one] = batches {
            return one.clone();
        }
        let columns = types
            .iter()
            .enumerate()
            .map(|(i, data_type)| {
                let parts: Vec<Column> = batches.iter().map(|batch| batch.columns[i].clone()).collect();
                if parts.is_empty() { Column::nulls(*data_type, 0) } else { Column::concat(*data_type, &parts) }
            })
            .collect();
        Batch::new(columns, batches.iter().map(Batch::rows).sum())
    }

    /// A copy that shares no memory with the input it was read from.
    #[must_use]
    pub fn compact(&self) -> Batch {
        Batch::new(self.columns.iter().map(Column::compact).collect(), self.rows)
    }

    /// The bytes that it holds on to.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.columns.iter().map(Column::memory_bytes).sum()
    }

    /// The bytes that it holds on to, where memory that columns share counts once.
    #[must_use]
    pub fn distinct_bytes(&self) -> usize {
        let mut seen = HashSet::new();
        self.columns.iter().map(|column| column.distinct_bytes(&mut seen)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnBuilder, DataType};

    #[test]
    fn memory_that_columns_share_counts_once() {
        let mut builder = ColumnBuilder::new(DataType::Keyword);
        for _ in 0..100 {
            builder.push_str("longer than what a view holds by itself");
            builder.finish_row();
        }
        let column = builder.finish();
        let one = Batch::new(vec![column.clone()], 100).distinct_bytes();
        let two = Batch::new(vec![column.clone(), column.slice(0, 100)], 100).distinct_bytes();
        assert!(one > 3900, "{one}");
        assert_eq!(two - one, 100 * 16, "only the views are there twice");
    }
}
