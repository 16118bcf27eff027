use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder, StringViewBuilder,
    UInt64Builder,
};
use arrow_array::{Array, ArrayRef, ListArray, NullArray};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};

use crate::column::item_field;
use crate::{Column, DataType, Layout, Value};

/// Builds a column row by row.
///
/// The elements of a row are pushed one by one and [`ColumnBuilder::finish_row`] ends it: none make a null, one a
/// value, more a list. The column stays flat until the first list.
#[derive(Debug)]
pub struct ColumnBuilder {
    data_type: DataType,
    elements: Elements,
    /// Elements pushed since the last row ended.
    open: usize,
    rows: usize,
    /// Start of each row among the elements, once some row was a list.
    offsets: Option<Vec<i32>>,
}

#[derive(Debug)]
enum Elements {
    Null,
    Boolean(BooleanBuilder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    UInt64(UInt64Builder),
    Float64(Float64Builder),
    Utf8View(StringViewBuilder),
    Binary16(FixedSizeBinaryBuilder),
}

impl ColumnBuilder {
    /// A builder without rows.
    #[must_use]
    pub fn new(data_type: DataType) -> Self {
        Self::with_capacity(data_type, 0)
    }

    /// A builder with room for `rows` rows.
    #[must_use]
    pub fn with_capacity(data_type: DataType, rows: usize) -> Self {
        let elements = match data_type.layout() {
            Layout::Null => Elements::Null,
            Layout::Boolean => Elements::Boolean(BooleanBuilder::with_capacity(rows)),
            Layout::Int32 => Elements::Int32(Int32Builder::with_capacity(rows)),
            Layout::Int64 => Elements::Int64(Int64Builder::with_capacity(rows)),
            Layout::UInt64 => Elements::UInt64(UInt64Builder::with_capacity(rows)),
            Layout::Float64 => Elements::Float64(Float64Builder::with_capacity(rows)),
            Layout::Utf8View => Elements::Utf8View(StringViewBuilder::with_capacity(rows)),
            Layout::Binary16 => Elements::Binary16(FixedSizeBinaryBuilder::with_capacity(rows, 16)),
        };
        Self { data_type, elements, open: 0, rows: 0, offsets: None }
    }

    /// The type of the column.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    /// The rows that are finished.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether no row is finished.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The elements pushed to the row that isn't finished.
    #[must_use]
    pub fn open_elements(&self) -> usize {
        self.open
    }

    /// Pushes a boolean; ignored where the type is another. So for all `push_` functions.
    pub fn push_bool(&mut self, value: bool) {
        if let Elements::Boolean(b) = &mut self.elements {
            b.append_value(value);
            self.open += 1;
        }
    }

    /// Pushes an integer.
    pub fn push_i32(&mut self, value: i32) {
        if let Elements::Int32(b) = &mut self.elements {
            b.append_value(value);
            self.open += 1;
        }
    }

    /// Pushes a long or a date.
    pub fn push_i64(&mut self, value: i64) {
        if let Elements::Int64(b) = &mut self.elements {
            b.append_value(value);
            self.open += 1;
        }
    }

    /// Pushes an unsigned long.
    pub fn push_u64(&mut self, value: u64) {
        if let Elements::UInt64(b) = &mut self.elements {
            b.append_value(value);
            self.open += 1;
        }
    }

    /// Pushes a double.
    pub fn push_f64(&mut self, value: f64) {
        if let Elements::Float64(b) = &mut self.elements {
            b.append_value(value);
            self.open += 1;
        }
    }

    /// Pushes a string.
    pub fn push_str(&mut self, value: &str) {
        if let Elements::Utf8View(b) = &mut self.elements {
            b.append_value(value);
            self.open += 1;
        }
    }

    /// Pushes an address.
    pub fn push_ip(&mut self, value: &[u8; 16]) {
        if let Elements::Binary16(b) = &mut self.elements
            && b.append_value(value).is_ok()
        {
            self.open += 1;
        }
    }

    /// Pushes one value that is not a list; ignored where it is null or of another type.
    pub fn push(&mut self, value: &Value) {
        match value {
            Value::Boolean(v) => self.push_bool(*v),
            Value::Integer(v) => self.push_i32(*v),
            Value::Long(v) | Value::Date(v) | Value::DateNanos(v) => self.push_i64(*v),
            Value::UnsignedLong(v) => self.push_u64(*v),
            Value::Double(v) => self.push_f64(*v),
            Value::String(v) => self.push_str(v),
            Value::Ip(v) => self.push_ip(v),
            Value::Null | Value::List(_) | Value::DatePeriod(_) | Value::TimeDuration(_) => {}
        }
    }

    /// Ends the row.
    pub fn finish_row(&mut self) {
        match self.open {
            1 => {}
            0 => self.push_null_slot(),
            _ if self.offsets.is_none() => self.offsets = Some((0..=self.rows as i32).collect()),
            _ => {}
        }
        if let Some(offsets) = &mut self.offsets {
            let last = offsets.last().copied().unwrap_or(0);
            offsets.push(last + self.open.max(1) as i32);
        }
        self.open = 0;
        self.rows += 1;
    }

    /// Appends a row; values of another type than the column's are left out.
    pub fn append(&mut self, value: &Value) {
        for element in value.elements() {
            self.push(element);
        }
        self.finish_row();
    }

    /// Appends a null row.
    pub fn append_null(&mut self) {
        self.finish_row();
    }

    /// A null row keeps one null element, so that a flat column needs no offsets.
    fn push_null_slot(&mut self) {
        match &mut self.elements {
            Elements::Null => {}
            Elements::Boolean(b) => b.append_null(),
            Elements::Int32(b) => b.append_null(),
            Elements::Int64(b) => b.append_null(),
            Elements::UInt64(b) => b.append_null(),
            Elements::Float64(b) => b.append_null(),
            Elements::Utf8View(b) => b.append_null(),
            Elements::Binary16(b) => b.append_null(),
        }
    }

    /// The column of all finished rows; the builder is empty afterwards.
    pub fn finish(&mut self) -> Column {
        let rows = std::mem::take(&mut self.rows);
        self.open = 0;
        let array: ArrayRef = match &mut self.elements {
            Elements::Null => Arc::new(NullArray::new(rows)),
            Elements::Boolean(b) => Arc::new(b.finish()),
            Elements::Int32(b) => Arc::new(b.finish()),
            Elements::Int64(b) => Arc::new(b.finish()),
            Elements::UInt64(b) => Arc::new(b.finish()),
            Elements::Float64(b) => Arc::new(b.finish()),
            Elements::Utf8View(b) => Arc::new(b.finish()),
            Elements::Binary16(b) => Arc::new(b.finish()),
        };
        let Some(offsets) = self.offsets.take() else { return Column::new(self.data_type, array) };
        let nulls = array.nulls().map(|nulls| {
            offsets.windows(2).map(|w| w[1] - w[0] != 1 || nulls.is_valid(w[0] as usize)).collect::<NullBuffer>()
        });
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        match ListArray::try_new(item_field(&array), offsets, array, nulls) {
            Ok(list) => Column::new(self.data_type, Arc::new(list)),
            Err(_) => Column::nulls(self.data_type, rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_becomes_a_list_column_at_the_first_list() {
        let values = [Value::Null, 1.into(), Value::List(vec![2.into(), 3.into()]), Value::Null, 4.into()];
        let column = Column::from_values(DataType::Integer, values.clone());
        assert!(column.is_list());
        assert_eq!(column.values().collect::<Vec<_>>(), values);
        let flat = Column::from_values(DataType::Integer, [Value::Null, 1.into()]);
        assert!(!flat.is_list());
        let joined = Column::concat(DataType::Integer, &[flat, column]);
        assert_eq!(joined.len(), 7);
        assert_eq!(joined.value(4), values[2]);
        assert_eq!(joined.value(0), Value::Null);
    }

    #[test]
    fn a_constant_column_repeats_its_row() {
        let column = Column::constant(DataType::Keyword, &"x".into(), 3);
        assert_eq!(column.values().collect::<Vec<_>>(), vec![Value::from("x"); 3]);
        assert_eq!(column.expand().array().len(), 3);
    }
}
