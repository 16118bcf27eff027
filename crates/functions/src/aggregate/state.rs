//! What the states of several aggregates have in common.

use quarry_types::{Column, ColumnBuilder, DataType};

/// One long per group as a column.
pub(crate) fn longs(values: &[i64], group_count: usize) -> Column {
    let mut builder = ColumnBuilder::with_capacity(DataType::Long, group_count);
    for group in 0..group_count {
        builder.push_i64(values.get(group).copied().unwrap_or(0));
        builder.finish_row();
    }
    builder.finish()
}
