use std::cmp::Ordering;

use crate::{
    Booleans, Cells, Column, DataType, Doubles, Element, Integers, Ips, Layout, Longs, Strings, UnsignedLongs, Value,
    version,
};

/// Compares two single values of `data_type`. Null comes last; values of different kinds are equal.
#[must_use]
pub fn compare_values(data_type: DataType, a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Long(a), Value::Long(b)) | (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DateNanos(a), Value::DateNanos(b)) => a.cmp(b),
        (Value::UnsignedLong(a), Value::UnsignedLong(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => a.total_cmp(b),
        (Value::String(a), Value::String(b)) if data_type == DataType::Version => version::compare(a, b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Ip(a), Value::Ip(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// Compares rows of one column as a key of SORT does: by the smallest value of a list when ascending, by the
/// largest when descending, with nulls first or last.
#[derive(Debug)]
pub struct Comparator {
    keys: Keys,
    descending: bool,
    nulls_first: bool,
}

#[derive(Debug)]
enum Keys {
    AllNull,
    Int(Vec<Option<i64>>),
    UInt(Vec<Option<u64>>),
    Double(Vec<Option<f64>>),
    Bytes(Vec<Option<Box<[u8]>>>),
}

impl Comparator {
    /// Reads the keys of `column`.
    #[must_use]
    pub fn new(column: &Column, descending: bool, nulls_first: bool) -> Self {
        let keys = match column.data_type().layout() {
            Layout::Null => Keys::AllNull,
            Layout::Boolean => Keys::Int(pick::<Booleans, _>(column, descending, i64::from, i64::cmp)),
            Layout::Int32 => Keys::Int(pick::<Integers, _>(column, descending, i64::from, i64::cmp)),
            Layout::Int64 => Keys::Int(pick::<Longs, _>(column, descending, |v| v, i64::cmp)),
            Layout::UInt64 => Keys::UInt(pick::<UnsignedLongs, _>(column, descending, |v| v, u64::cmp)),
            Layout::Float64 => Keys::Double(pick::<Doubles, _>(column, descending, |v| v, f64::total_cmp)),
            Layout::Binary16 => Keys::Bytes(pick::<Ips, _>(column, descending, |v| Box::from(v.as_slice()), Ord::cmp)),
            Layout::Utf8View if column.data_type() == DataType::Version => {
                Keys::Bytes(pick::<Strings, _>(column, descending, |v| version::sort_key(v).into(), Ord::cmp))
            }
            Layout::Utf8View => {
                Keys::Bytes(pick::<Strings, _>(column, descending, |v| Box::from(v.as_bytes()), Ord::cmp))
            }
        };
        Self { keys, descending, nulls_first }
    }

    /// The order of two rows.
    #[must_use]
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        self.compare_with(a, self, b)
    }

    /// The order of a row here and a row of another comparator over a column of the same type.
    #[must_use]
    pub fn compare_with(&self, a: usize, other: &Comparator, b: usize) -> Ordering {
        match (&self.keys, &other.keys) {
            (Keys::Int(x), Keys::Int(y)) => self.arrange(x[a].as_ref(), y[b].as_ref(), i64::cmp),
            (Keys::UInt(x), Keys::UInt(y)) => self.arrange(x[a].as_ref(), y[b].as_ref(), u64::cmp),
            (Keys::Double(x), Keys::Double(y)) => self.arrange(x[a].as_ref(), y[b].as_ref(), f64::total_cmp),
            (Keys::Bytes(x), Keys::Bytes(y)) => self.arrange(x[a].as_ref(), y[b].as_ref(), Ord::cmp),
            _ => Ordering::Equal,
        }
    }

    fn arrange<T>(&self, a: Option<&T>, b: Option<&T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
        match (a, b) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) if self.nulls_first => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) if self.nulls_first => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) if self.descending => compare(b, a),
            (Some(a), Some(b)) => compare(a, b),
        }
    }
}

fn pick<'a, E: Element, T>(
    column: &'a Column,
    largest: bool,
    key: impl Fn(E::Item<'a>) -> T,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<Option<T>> {
    let Some(cells) = column.cells::<E>() else { return (0..column.len()).map(|_| None).collect() };
    (0..column.len())
        .map(|row| {
            let keys = cells.row(row).map(&key);
            if largest { keys.max_by(&compare) } else { keys.min_by(&compare) }
        })
        .collect()
}

/// Writes keys of a hash table: bytes that are equal exactly where the cells are. Null has a key of its own. A list is
/// one key as a whole.
#[derive(Debug)]
pub struct KeyEncoder<'a> {
    cells: KeyCells<'a>,
}

#[derive(Debug)]
enum KeyCells<'a> {
    Null,
    Boolean(Cells<'a, Booleans>),
    Int32(Cells<'a, Integers>),
    Int64(Cells<'a, Longs>),
    UInt64(Cells<'a, UnsignedLongs>),
    Float64(Cells<'a, Doubles>),
    Utf8View(Cells<'a, Strings>),
    Binary16(Cells<'a, Ips>),
}

impl<'a> KeyEncoder<'a> {
    /// An encoder for the cells of `column`.
    #[must_use]
    pub fn new(column: &'a Column) -> Self {
        let cells = match column.data_type().layout() {
            Layout::Null => None,
            Layout::Boolean => column.cells().map(KeyCells::Boolean),
            Layout::Int32 => column.cells().map(KeyCells::Int32),
            Layout::Int64 => column.cells().map(KeyCells::Int64),
            Layout::UInt64 => column.cells().map(KeyCells::UInt64),
            Layout::Float64 => column.cells().map(KeyCells::Float64),
            Layout::Utf8View => column.cells().map(KeyCells::Utf8View),
            Layout::Binary16 => column.cells().map(KeyCells::Binary16),
        };
        Self { cells: cells.unwrap_or(KeyCells::Null) }
    }

    /// Appends the key of the cell at `row`.
    pub fn encode(&self, row: usize, key: &mut Vec<u8>) {
        match &self.cells {
            KeyCells::Null => key.push(0),
            KeyCells::Boolean(cells) => encode(cells, row, key, |v, key| key.push(u8::from(v))),
            KeyCells::Int32(cells) => encode(cells, row, key, |v, key| key.extend_from_slice(&v.to_le_bytes())),
            KeyCells::Int64(cells) => encode(cells, row, key, |v, key| key.extend_from_slice(&v.to_le_bytes())),
            KeyCells::UInt64(cells) => encode(cells, row, key, |v, key| key.extend_from_slice(&v.to_le_bytes())),
            KeyCells::Float64(cells) => encode(cells, row, key, |v, key| {
                // -0.0 and 0.0 are one group.
                key.extend_from_slice(&(v + 0.0).to_bits().to_le_bytes());
            }),
            KeyCells::Binary16(cells) => encode(cells, row, key, |v, key| key.extend_from_slice(&v)),
            KeyCells::Utf8View(cells) => encode(cells, row, key, |v, key| {
                key.extend_from_slice(&(v.len() as u32).to_le_bytes());
                key.extend_from_slice(v.as_bytes());
            }),
        }
    }
}

/// The key of one cell; see [`KeyEncoder`] for many.
pub fn encode_key(column: &Column, row: usize, key: &mut Vec<u8>) {
    KeyEncoder::new(column).encode(row, key);
}

#[inline]
fn encode<'a, E: Element>(
    cells: &Cells<'a, E>,
    row: usize,
    key: &mut Vec<u8>,
    write: impl Fn(E::Item<'a>, &mut Vec<u8>),
) {
    let values = cells.row(row);
    match values.len() {
        n @ 0..=1 => key.push(n as u8),
        n => {
            key.push(2);
            key.extend_from_slice(&(n as u32).to_le_bytes());
        }
    }
    for value in values {
        write(value, key);
    }
}
