use quarry_types::{Batch, DataType, Value};

use crate::Summary;

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
}

/// All rows of a query.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// The columns.
    pub columns: Vec<ColumnInfo>,
    /// The rows.
    pub batches: Vec<Batch>,
    /// What the run did beside.
    pub summary: Summary,
}

impl QueryResult {
    /// The rows as values.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<Value>> {
        self.batches
            .iter()
            .flat_map(|batch| {
                (0..batch.rows()).map(|row| batch.columns().iter().map(|column| column.value(row)).collect())
            })
            .collect()
    }
}
