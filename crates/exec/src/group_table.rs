//! Numbers groups by their keys.

use std::hash::BuildHasher;

use arrow_array::UInt32Array;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use quarry_types::{Column, ColumnBuilder, DataType, KeyEncoder, Value};

/// Groups in the order in which their keys were first seen.
pub(crate) struct GroupTable {
    table: HashTable<u32>,
    hasher: FixedState,
    /// The encoded keys of all groups, one after the other, and where each ends.
    encoded: Vec<u8>,
    ends: Vec<usize>,
    /// The keys as columns.
    keys: Vec<ColumnBuilder>,
    types: Vec<DataType>,
    scratch: Vec<u8>,
}

/// The groups of a batch's rows.
pub(crate) struct RowGroups {
    /// The group of each row.
    pub(crate) groups: Vec<u32>,
    /// Which row each entry of `groups` is for, where a row belongs to several groups.
    pub(crate) rows: Option<UInt32Array>,
}

impl GroupTable {
    pub(crate) fn new(types: &[DataType]) -> Self {
        Self {
            table: HashTable::new(),
            hasher: FixedState::default(),
            encoded: Vec::new(),
            ends: Vec::new(),
            keys: types.iter().map(|t| ColumnBuilder::new(*t)).collect(),
            types: types.to_vec(),
            scratch: Vec::new(),
        }
    }

    /// The number of groups.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The groups of `rows` rows with the given keys. A row with a list as a key belongs to a group for each of its
    /// distinct values, and with several lists for each combination.
    pub(crate) fn groups(&mut self, keys: &[Column], rows: usize) -> RowGroups {
        if keys.is_empty() {
            if self.ends.is_empty() && rows > 0 {
                self.ends.push(0);
            }
            return RowGroups { groups: vec![0; rows], rows: None };
        }
        if keys.iter().any(Column::is_list) {
            let (rows, keys) = expand_lists(keys, rows);
            let groups = self.number(&keys, rows.len());
            return RowGroups { groups, rows: Some(rows) };
        }
        RowGroups { groups: self.number(keys, rows), rows: None }
    }

    /// The group of each row, where a list is one key as a whole.
    pub(crate) fn number(&mut self, keys: &[Column], rows: usize) -> Vec<u32> {
        let encoders: Vec<KeyEncoder<'_>> = keys.iter().map(KeyEncoder::new).collect();
        let mut groups = Vec::with_capacity(rows);
        for row in 0..rows {
            self.scratch.clear();
            for encoder in &encoders {
                encoder.encode(row, &mut self.scratch);
            }
            groups.push(self.find_or_add(keys, row));
        }
        groups
    }

    /// The group of each row; `None` where the table has no such key.
    pub(crate) fn lookup(&self, keys: &[Column], rows: usize) -> Vec<Option<u32>> {
        let encoders: Vec<KeyEncoder<'_>> = keys.iter().map(KeyEncoder::new).collect();
        let mut encoded = Vec::new();
        (0..rows)
            .map(|row| {
                encoded.clear();
                for encoder in &encoders {
                    encoder.encode(row, &mut encoded);
                }
                let hash = self.hasher.hash_one(encoded.as_slice());
                self.table.find(hash, |group| key(&self.encoded, &self.ends, *group) == encoded.as_slice()).copied()
            })
            .collect()
    }

    /// The groups of each row, one for each combination of its keys' distinct values.
    pub(crate) fn lookup_all(&self, keys: &[Column], rows: usize) -> Vec<Vec<u32>> {
        let (from, keys) = expand_lists(keys, rows);
        let mut groups = vec![Vec::new(); rows];
        for (row, group) in from.values().iter().zip(self.lookup(&keys, from.len())) {
            groups[*row as usize].extend(group);
        }
        groups
    }

    fn find_or_add(&mut self, keys: &[Column], row: usize) -> u32 {
        let hash = self.hasher.hash_one(self.scratch.as_slice());
        let (encoded, ends, scratch) = (&self.encoded, &self.ends, &self.scratch);
        if let Some(group) = self.table.find(hash, |group| key(encoded, ends, *group) == scratch.as_slice()) {
            return *group;
        }
        let group = self.ends.len() as u32;
        self.encoded.extend_from_slice(&self.scratch);
        self.ends.push(self.encoded.len());
        for (builder, column) in self.keys.iter_mut().zip(keys) {
            builder.append(&column.value(row));
        }
        let (hasher, encoded, ends) = (&self.hasher, &self.encoded, &self.ends);
        self.table.insert_unique(hash, group, |group| hasher.hash_one(key(encoded, ends, *group)));
        group
    }

    /// The keys of all groups as columns; the table is empty afterwards.
    pub(crate) fn take_keys(&mut self) -> Vec<Column> {
        self.table.clear();
        self.encoded.clear();
        self.ends.clear();
        self.keys.iter_mut().zip(&self.types).map(|(builder, t)| builder.finish().with_type(*t)).collect()
    }

    /// The bytes that it takes, roughly.
    pub(crate) fn memory_bytes(&self) -> usize {
        // Keys are held twice: encoded, and as columns.
        self.encoded.capacity() * 2 + self.ends.capacity() * 8 + self.table.capacity() * 5
    }
}

fn key<'a>(encoded: &'a [u8], ends: &[usize], group: u32) -> &'a [u8] {
    let group = group as usize;
    let start = if group == 0 { 0 } else { ends[group - 1] };
    &encoded[start..ends[group]]
}

/// Flat key columns in which a row stands once for each combination of its keys' distinct values, and for each of
/// these rows the row that it came from.
fn expand_lists(keys: &[Column], rows: usize) -> (UInt32Array, Vec<Column>) {
    let mut builders: Vec<ColumnBuilder> = keys.iter().map(|key| ColumnBuilder::new(key.data_type())).collect();
    let mut from = Vec::with_capacity(rows);
    for row in 0..rows {
        let values: Vec<Vec<Value>> = keys.iter().map(|key| distinct(key.value(row))).collect();
        let combinations: usize = values.iter().map(Vec::len).product();
        for combination in 0..combinations {
            let mut rest = combination;
            for (builder, values) in builders.iter_mut().zip(&values).rev() {
                builder.append(&values[rest % values.len()]);
                rest /= values.len();
            }
            from.push(row as u32);
        }
    }
    (UInt32Array::from(from), builders.iter_mut().map(ColumnBuilder::finish).collect())
}

fn distinct(value: Value) -> Vec<Value> {
    match value {
        Value::List(values) => {
            let mut seen: Vec<Value> = Vec::with_capacity(values.len());
            for value in values {
                if !seen.contains(&value) {
                    seen.push(value);
                }
            }
            seen
        }
        one => vec![one],
    }
}
