use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, UInt32Array, new_null_array};
use arrow_schema::{DataType as ArrowType, Field};

use crate::{
    Booleans, Cells, ColumnBuilder, DataType, Doubles, Element, Integers, Ips, Layout, Longs, Strings, UnsignedLongs,
    Value,
};

/// The values of one expression or field over a batch of rows.
///
/// A constant column stores one row and repeats it: every reader goes through [`Cells`], which knows.
#[derive(Clone, Debug)]
pub struct Column {
    data_type: DataType,
    array: ArrayRef,
    rows: usize,
}

impl Column {
    /// A column over `array`, whose layout must be that of `data_type`, flat or as a list.
    #[must_use]
    pub fn new(data_type: DataType, array: ArrayRef) -> Self {
        let rows = array.len();
        Self { data_type, array, rows }
    }

    /// `rows` times the same cell.
    #[must_use]
    pub fn constant(data_type: DataType, value: &Value, rows: usize) -> Self {
        let mut builder = ColumnBuilder::new(data_type);
        builder.append(value);
        Self { rows, ..builder.finish() }
    }

    /// `rows` nulls.
    #[must_use]
    pub fn nulls(data_type: DataType, rows: usize) -> Self {
        Self { data_type, array: new_null_array(&arrow_type(data_type), 1), rows }
    }

    /// The given cells. A value that isn't of `data_type` becomes null.
    #[must_use]
    pub fn from_values(data_type: DataType, values: impl IntoIterator<Item = Value>) -> Self {
        let mut builder = ColumnBuilder::new(data_type);
        for value in values {
            builder.append(&value);
        }
        builder.finish()
    }

    /// Its type.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    /// The same cells under another type of the same layout.
    #[must_use]
    pub fn with_type(self, data_type: DataType) -> Self {
        if self.data_type == DataType::Null && data_type.layout() != Layout::Null {
            return Self::nulls(data_type, self.rows);
        }
        Self { data_type, ..self }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The array as stored: of one row where [`Column::is_constant`].
    #[must_use]
    pub fn array(&self) -> &ArrayRef {
        &self.array
    }

    /// Whether the array has one row that stands for all.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.array.len() == 1
    }

    /// Whether the cells are stored as lists.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.array.data_type().is_nested()
    }

    /// The cells, read as `E`; `None` where the layout is another.
    #[must_use]
    pub fn cells<E: Element>(&self) -> Option<Cells<'_, E>> {
        Cells::new(self)
    }

    /// Whether the cell at `row` is null.
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        let row = if self.is_constant() { 0 } else { row };
        self.data_type.layout() == Layout::Null || self.array.is_null(row)
    }

    /// The cell at `row`.
    #[must_use]
    pub fn value(&self, row: usize) -> Value {
        match self.data_type.layout() {
            Layout::Null => Value::Null,
            Layout::Boolean => self.read::<Booleans>(row, Value::Boolean),
            Layout::Int32 => self.read::<Integers>(row, Value::Integer),
            Layout::Int64 => match self.data_type {
                DataType::Date => self.read::<Longs>(row, Value::Date),
                DataType::DateNanos => self.read::<Longs>(row, Value::DateNanos),
                _ => self.read::<Longs>(row, Value::Long),
            },
            Layout::UInt64 => self.read::<UnsignedLongs>(row, Value::UnsignedLong),
            Layout::Float64 => self.read::<Doubles>(row, Value::Double),
            Layout::Utf8View => self.read::<Strings>(row, |s| Value::String(s.to_owned())),
            Layout::Binary16 => self.read::<Ips>(row, Value::Ip),
        }
    }

    fn read<'a, E: Element>(&'a self, row: usize, wrap: impl Fn(E::Item<'a>) -> Value) -> Value {
        match self.cells::<E>() {
            Some(cells) => Value::from_elements(cells.row(row).map(wrap).collect()),
            None => Value::Null,
        }
    }

    /// All cells.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.rows).map(|row| self.value(row))
    }

    /// The same cells with one stored row for each row.
    #[must_use]
    pub fn expand(&self) -> Column {
        if !self.is_constant() || self.rows == 1 {
            return self.clone();
        }
        self.take_stored(&UInt32Array::from(vec![0; self.rows]))
    }

    /// The rows at `indices`, in their order. A null index gives a null cell.
    #[must_use]
    pub fn take(&self, indices: &UInt32Array) -> Column {
        if self.is_constant() && indices.null_count() == 0 {
            return Self { rows: indices.len(), ..self.clone() };
        }
        let stored;
        let indices = if self.is_constant() {
            stored = indices.iter().map(|i| i.map(|_| 0)).collect::<UInt32Array>();
            &stored
        } else {
            indices
        };
        self.take_stored(indices)
    }

    fn take_stored(&self, indices: &UInt32Array) -> Column {
        let array = arrow_select::take::take(self.array.as_ref(), indices, None)
            .unwrap_or_else(|_| new_null_array(self.array.data_type(), indices.len()));
        Self { data_type: self.data_type, rows: array.len(), array }
    }

    /// The rows whose flag is true.
    #[must_use]
    pub fn filter(&self, keep: &BooleanArray) -> Column {
        if self.is_constant() {
            return Self { rows: keep.true_count(), ..self.clone() };
        }
        let array = arrow_select::filter::filter(self.array.as_ref(), keep)
            .unwrap_or_else(|_| new_null_array(self.array.data_type(), keep.true_count()));
        Self { data_type: self.data_type, rows: array.len(), array }
    }

    /// `len` rows from `offset` on.
    #[must_use]
    pub fn slice(&self, offset: usize, len: usize) -> Column {
        if self.is_constant() {
            return Self { rows: len, ..self.clone() };
        }
        Self { data_type: self.data_type, array: self.array.slice(offset, len), rows: len }
    }

    /// All rows of `columns`, one after the other; their types must be equal or null.
    #[must_use]
    pub fn concat(data_type: DataType, columns: &[Column]) -> Column {
        if let [one] = columns {
            return one.clone().with_type(data_type);
        }
        let any_list = columns.iter().any(Column::is_list);
        let parts: Vec<ArrayRef> = columns
            .iter()
            .map(|column| {
                let column = column.clone().with_type(data_type).expand();
                if column.rows == 0 {
                    return new_null_array(&arrow_type(data_type), 0);
                }
                column.array
            })
            .map(|array| if any_list && !array.data_type().is_nested() { to_list(&array) } else { array })
            .collect();
        let refs: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        let array = arrow_select::concat::concat(&refs).unwrap_or_else(|_| new_null_array(&arrow_type(data_type), 0));
        Self { data_type, rows: array.len(), array }
    }

    /// The cells of a boolean column as flags: true only where the cell is the single value true.
    #[must_use]
    pub fn flags(&self) -> BooleanArray {
        match self.cells::<Booleans>() {
            None => BooleanArray::from(vec![false; self.rows]),
            Some(cells) => match cells.flat() {
                Some(array) if array.null_count() == 0 => array.clone(),
                Some(array) => {
                    BooleanArray::new(array.values() & array.nulls().map_or(array.values(), |n| n.inner()), None)
                }
                None => (0..self.rows).map(|row| Some(cells.single(row) == Some(true))).collect(),
            },
        }
    }

    /// A copy that shares no memory with the input it was read from.
    #[must_use]
    pub fn compact(&self) -> Column {
        let array: ArrayRef = match self.array.as_string_view_opt() {
            Some(strings) => Arc::new(strings.gc()),
            None => self.array.as_list_opt::<i32>().and_then(compact_list).unwrap_or_else(|| self.array.clone()),
        };
        Self { data_type: self.data_type, array, rows: self.rows }
    }

    /// The bytes that it holds on to.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.array.get_array_memory_size()
    }

    /// The bytes that it holds on to, without the buffers of text in `seen`, to which its own are added.
    pub(crate) fn distinct_bytes(&self, seen: &mut HashSet<*const u8>) -> usize {
        distinct_bytes(&self.array, seen)
    }
}

/// Only views share buffers: any other array has its memory to itself.
fn distinct_bytes(array: &dyn Array, seen: &mut HashSet<*const u8>) -> usize {
    if let Some(list) = array.as_list_opt::<i32>() {
        return size_of_val(list.value_offsets()) + distinct_bytes(list.values(), seen);
    }
    let Some(strings) = array.as_string_view_opt() else { return array.get_array_memory_size() };
    let text = strings.data_buffers().iter().filter(|buffer| seen.insert(buffer.as_ptr()));
    size_of_val(&**strings.views()) + text.map(|buffer| buffer.capacity()).sum::<usize>()
}

/// The Arrow type of a flat array of `data_type`.
pub(crate) fn arrow_type(data_type: DataType) -> ArrowType {
    match data_type.layout() {
        Layout::Null => ArrowType::Null,
        Layout::Boolean => ArrowType::Boolean,
        Layout::Int32 => ArrowType::Int32,
        Layout::Int64 => ArrowType::Int64,
        Layout::UInt64 => ArrowType::UInt64,
        Layout::Float64 => ArrowType::Float64,
        Layout::Utf8View => ArrowType::Utf8View,
        Layout::Binary16 => ArrowType::FixedSizeBinary(16),
    }
}

/// The field of list items: every list column of one layout has the same, so that they can be joined.
pub(crate) fn item_field(array: &dyn Array) -> Arc<Field> {
    Arc::new(Field::new("item", array.data_type().clone(), true))
}

/// A list of strings whose elements lie in memory of their own; `None` for lists of anything else.
fn compact_list(list: &arrow_array::ListArray) -> Option<ArrayRef> {
    let values: ArrayRef = Arc::new(list.values().as_string_view_opt()?.gc());
    let field = item_field(&values);
    let list = arrow_array::ListArray::try_new(field, list.offsets().clone(), values, list.nulls().cloned()).ok()?;
    Some(Arc::new(list))
}

/// A flat array as lists of one element, nulls staying null.
fn to_list(array: &ArrayRef) -> ArrayRef {
    use arrow_array::ListArray;
    use arrow_buffer::OffsetBuffer;
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(1, array.len()));
    match ListArray::try_new(item_field(array), offsets, array.clone(), array.nulls().cloned()) {
        Ok(list) => Arc::new(list),
        Err(_) => array.clone(),
    }
}
