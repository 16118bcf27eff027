//! Groups without rows: the empty buckets that BUCKET was asked for.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::UInt32Array;
use quarry_functions::grouping::EmptyBuckets;
use quarry_types::{Batch, Column, KeyEncoder};

use crate::ExecError;

/// Groups that are made of buckets at most. A thousand buckets are a chart; more than this is a slip in the query.
const MOST: usize = 1_000_000;

/// The keys of all buckets with each combination of the other keys that some group has.
pub(super) fn of(keys: &[Column], groups: usize, empty: &[(usize, Arc<EmptyBuckets>)]) -> Result<Batch, ExecError> {
    let too_many = || {
        ExecError::Refused(format!(
            "[include_empty_buckets] makes more than {MOST} groups: ask for fewer, wider buckets"
        ))
    };
    let is_filled = |at: usize| empty.iter().any(|(filled, _)| *filled == at);
    let others = distinct(keys.iter().enumerate().filter(|(at, _)| !is_filled(*at)).map(|(_, key)| key), groups);
    // A row of the result is a combination of the others and a bucket of each filled key.
    let mut rows = others.len();
    let mut starts = Vec::with_capacity(empty.len());
    for (at, buckets) in empty {
        let column = buckets.starts(MOST).ok_or_else(too_many)?;
        rows = rows.checked_mul(column.len()).filter(|rows| *rows <= MOST).ok_or_else(too_many)?;
        starts.push((*at, column));
    }
    let mut repeated = 1;
    let mut columns: Vec<Option<Column>> = vec![None; keys.len()];
    for (at, column) in starts.iter().rev() {
        let take: UInt32Array = (0..rows).map(|row| (row / repeated % column.len().max(1)) as u32).collect();
        columns[*at] = Some(column.take(&take));
        repeated *= column.len();
    }
    let take: UInt32Array = (0..rows).map(|row| others[row / repeated.max(1)]).collect();
    let columns =
        columns.into_iter().zip(keys).map(|(filled, key)| filled.unwrap_or_else(|| key.take(&take))).collect();
    Ok(Batch::new(columns, rows))
}

/// The first group of each combination of `keys`. Without keys there is one combination, even where there is no group.
fn distinct<'a>(keys: impl Iterator<Item = &'a Column>, groups: usize) -> Vec<u32> {
    let encoders: Vec<KeyEncoder<'_>> = keys.map(KeyEncoder::new).collect();
    if encoders.is_empty() {
        return vec![0];
    }
    let mut seen = HashSet::new();
    (0..groups as u32)
        .filter(|group| {
            let mut encoded = Vec::new();
            encoders.iter().for_each(|encoder| encoder.encode(*group as usize, &mut encoded));
            seen.insert(encoded)
        })
        .collect()
}
