use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType, TimestampNanosecondType};
use arrow_array::{Array, ArrayRef, ListArray, NullArray, RecordBatch, StringArray, UInt32Array, new_null_array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, Field, Schema};
use quarry_types::{Batch, Column, DataType, ip};

use super::arrow_type;

/// The rows of `batch` under `schema`, in as many pieces as their strings need.
pub(super) fn record_batches(batch: &Batch, schema: &Arc<Schema>) -> Result<Vec<RecordBatch>, ArrowError> {
    /// Offsets of strings are 31-bit numbers.
    const MOST_BYTES: usize = 1 << 30;
    if batch.rows() > 1 && batch.columns().iter().any(|column| string_bytes(column) > MOST_BYTES) {
        let half = batch.rows() / 2;
        let mut pieces = record_batches(&batch.slice(0, half), schema)?;
        pieces.extend(record_batches(&batch.slice(half, batch.rows() - half), schema)?);
        return Ok(pieces);
    }
    let columns = batch.columns().iter().zip(schema.fields());
    let arrays = columns.map(|(column, field)| array(column, field.data_type().is_nested())).collect();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.rows()));
    Ok(vec![RecordBatch::try_new_with_options(schema.clone(), arrays, &options)?])
}

fn string_bytes(column: &Column) -> usize {
    let rows = if column.is_constant() { column.len() } else { 1 };
    let array = column.array();
    let values = array.as_list_opt::<i32>().map_or(array, |list| list.values());
    let strings = values.as_string_view_opt();
    strings.map_or(0, |strings| strings.views().iter().map(|view| *view as u32 as usize).sum::<usize>() * rows)
}

/// The cells of a column, as lists or as single values.
fn array(column: &Column, as_list: bool) -> ArrayRef {
    let column = column.expand();
    let stored = column.array();
    match stored.as_list_opt::<i32>() {
        Some(list) => {
            // A null row may hold an element that means nothing.
            let rows = 0..list.len();
            let ranges = rows.map(|row| {
                let valid = list.is_valid(row);
                valid.then(|| list.value_offsets()[row] as u32..list.value_offsets()[row + 1] as u32)
            });
            lists(&single(list.values(), column.data_type()), ranges, as_list)
        }
        None if as_list => {
            let values = single(stored, column.data_type());
            let ranges = (0..stored.len() as u32).map(|row| stored.is_valid(row as usize).then(|| row..row + 1));
            lists(&values, ranges, true)
        }
        None => single(stored, column.data_type()),
    }
}

/// Rows of the given ranges of `values`; as single values the first of each.
fn lists(values: &ArrayRef, ranges: impl Iterator<Item = Option<std::ops::Range<u32>>>, as_list: bool) -> ArrayRef {
    let ranges: Vec<Option<std::ops::Range<u32>>> = ranges.collect();
    let taken = |places: UInt32Array| {
        arrow_select::take::take(values.as_ref(), &places, None)
            .unwrap_or_else(|_| new_null_array(values.data_type(), places.len()))
    };
    if !as_list {
        return taken(ranges.iter().map(|range| range.as_ref().map(|range| range.start)).collect());
    }
    let nulls: NullBuffer = ranges.iter().map(Option::is_some).collect::<Vec<bool>>().into();
    let offsets =
        OffsetBuffer::from_lengths(ranges.iter().map(|range| range.as_ref().map_or(0, ExactSizeIterator::len)));
    let values = taken(ranges.into_iter().flatten().flatten().collect());
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    match ListArray::try_new(field.clone(), offsets, values, Some(nulls)) {
        Ok(list) => Arc::new(list),
        Err(_) => new_null_array(&arrow_schema::DataType::List(field), 0),
    }
}

/// Single values in the form that is given away.
fn single(values: &ArrayRef, data_type: DataType) -> ArrayRef {
    match arrow_type(data_type) {
        arrow_schema::DataType::Null => Arc::new(NullArray::new(values.len())),
        arrow_schema::DataType::Timestamp(..) => match values.as_primitive_opt::<Int64Type>() {
            Some(longs) if data_type == DataType::Date => {
                Arc::new(longs.reinterpret_cast::<TimestampMillisecondType>().with_timezone("UTC"))
            }
            Some(longs) => Arc::new(longs.reinterpret_cast::<TimestampNanosecondType>().with_timezone("UTC")),
            None => new_null_array(&arrow_type(data_type), values.len()),
        },
        arrow_schema::DataType::Utf8 => {
            if let Some(strings) = values.as_string_view_opt() {
                return Arc::new(strings.iter().collect::<StringArray>());
            }
            match values.as_fixed_size_binary_opt() {
                Some(addresses) => {
                    let text = |bytes: &[u8]| bytes.try_into().ok().map(|bytes| ip::format(&bytes));
                    Arc::new(addresses.iter().map(|bytes| bytes.and_then(text)).collect::<StringArray>())
                }
                None => new_null_array(&arrow_schema::DataType::Utf8, values.len()),
            }
        }
        _ => values.clone(),
    }
}

/// What was written with every column as lists, with those that need not be as single values.
pub(super) fn narrowed(batch: &RecordBatch, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields());
    let arrays = columns.map(|(column, field)| match column.as_list_opt::<i32>() {
        Some(list) if !field.data_type().is_nested() => {
            let offsets = list.value_offsets();
            let ranges =
                (0..list.len()).map(|row| list.is_valid(row).then(|| offsets[row] as u32..offsets[row + 1] as u32));
            lists(list.values(), ranges, false)
        }
        _ => column.clone(),
    });
    RecordBatch::try_new(schema.clone(), arrays.collect())
}
