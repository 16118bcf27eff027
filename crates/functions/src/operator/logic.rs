//! Three-valued logic over whole columns.

use std::sync::Arc;

use arrow_array::{Array, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use quarry_types::{Booleans, Column, DataType};

/// The rows that are true and the rows that are false; the others are null. A list counts as null.
pub(crate) struct Truth {
    pub(crate) is_true: BooleanBuffer,
    pub(crate) is_false: BooleanBuffer,
}

impl Truth {
    pub(crate) fn of(column: &Column, rows: usize) -> Self {
        let Some(cells) = column.cells::<Booleans>() else {
            return Self { is_true: BooleanBuffer::new_unset(rows), is_false: BooleanBuffer::new_unset(rows) };
        };
        let Some(array) = cells.flat() else {
            return Self {
                is_true: (0..rows).map(|row| cells.single(row) == Some(true)).collect(),
                is_false: (0..rows).map(|row| cells.single(row) == Some(false)).collect(),
            };
        };
        match array.nulls() {
            None => Self { is_true: array.values().clone(), is_false: !array.values() },
            Some(nulls) => Self { is_true: array.values() & nulls.inner(), is_false: &!array.values() & nulls.inner() },
        }
    }

    pub(crate) fn into_column(self) -> Column {
        let known = &self.is_true | &self.is_false;
        Column::new(DataType::Boolean, Arc::new(BooleanArray::new(self.is_true, Some(NullBuffer::new(known)))))
    }
}
