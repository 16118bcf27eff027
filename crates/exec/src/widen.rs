//! Columns of a wider type.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, ListArray};
use arrow_schema::Field;
use quarry_types::{Column, DataType};

/// The same values as `to`, which must be a type that the column's widens to.
pub(crate) fn widen(column: &Column, to: DataType) -> Column {
    let from = column.data_type();
    if from == to || from == DataType::Null || from.layout() == to.layout() && from != DataType::Date {
        return column.clone().with_type(to);
    }
    if column.is_constant() {
        let value = quarry_plan::fold::widen(&column.value(0), to);
        return Column::constant(to, &value, column.len());
    }
    let array = match column.array().as_list_opt::<i32>() {
        None => convert(column.array(), from, to),
        Some(list) => convert(list.values(), from, to).and_then(|values| {
            let field = Arc::new(Field::new("item", values.data_type().clone(), true));
            let list = ListArray::try_new(field, list.offsets().clone(), values, list.nulls().cloned()).ok()?;
            Some(Arc::new(list) as ArrayRef)
        }),
    };
    match array {
        Some(array) => Column::new(to, array),
        None => Column::nulls(to, column.len()),
    }
}

fn convert(array: &ArrayRef, from: DataType, to: DataType) -> Option<ArrayRef> {
    Some(match (from, to) {
        (DataType::Integer, DataType::Long) => {
            Arc::new(array.as_primitive_opt::<Int32Type>()?.unary::<_, Int64Type>(i64::from))
        }
        (DataType::Integer, DataType::Double) => {
            Arc::new(array.as_primitive_opt::<Int32Type>()?.unary::<_, Float64Type>(f64::from))
        }
        (DataType::Long, DataType::Double) => {
            Arc::new(array.as_primitive_opt::<Int64Type>()?.unary::<_, Float64Type>(|n| n as f64))
        }
        (DataType::Date, DataType::DateNanos) => {
            Arc::new(array.as_primitive_opt::<Int64Type>()?.unary_opt::<_, Int64Type>(|ms| ms.checked_mul(1_000_000)))
        }
        _ => return None,
    })
}
