//! Rows that were read once, in order of time.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use arrow_array::UInt32Array;
use quarry_exec::{ExecError, ExecOptions, execute};
use quarry_functions::Warnings;
use quarry_plan::Plan;
use quarry_plan::expression::{Attribute, ColumnId};
use quarry_plan::scan::{Account, Field, ScanRequest, Split, Table};
use quarry_types::{Batch, DataType, Value};

/// The rows of a plan.
#[derive(Debug)]
pub(super) struct Recording {
    /// The columns.
    pub(super) columns: Vec<Attribute>,
    rows: Batch,
    /// The times of the first rows, in milliseconds, in order. The rows after them have no time.
    times: Vec<i64>,
    pub(super) warnings: Warnings,
}

impl Recording {
    /// Reads all rows of `plan`, which has no window, and sorts them by the first of the columns `times` that isn't
    /// null; rows of equal times stay in their order.
    pub(super) fn new(
        plan: &Plan,
        times: &[ColumnId],
        options: &ExecOptions,
        account: &Account,
        room: &mut usize,
        limit: usize,
    ) -> Result<Self, ExecError> {
        let too_large = || ExecError::MemoryLimit { what: "keeping the events for the runs of a schedule", limit };
        let mut batches: Vec<Batch> = Vec::new();
        let mut bytes = 0;
        let mut is_full = false;
        let warnings = execute(plan, options, account, &mut |batch| {
            let batch = batch.compact();
            // Sorting makes a second copy.
            bytes += 2 * batch.memory_bytes();
            is_full = bytes > *room;
            batches.push(batch);
            if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if is_full {
            return Err(too_large());
        }
        let types: Vec<DataType> = plan.output.iter().map(|attribute| attribute.data_type).collect();
        let count: usize = batches.iter().map(Batch::rows).sum();
        if u32::try_from(count).is_err() {
            return Err(too_large());
        }
        let rows = if types.is_empty() { Batch::new(Vec::new(), count) } else { Batch::concat(&types, &batches) };
        drop(batches);
        let places: Vec<usize> = times.iter().filter_map(|id| plan.position(*id)).collect();
        let (order, times) = in_order(&rows, &places);
        let rows = match order {
            Some(order) => rows.take(&order),
            None => rows,
        };
        *room -= bytes / 2;
        Ok(Self { columns: plan.output.clone(), rows, times, warnings })
    }

    /// The times of the first and last row.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        Some((*self.times.first()?, *self.times.last()?))
    }

    /// Rows without a time: in no window.
    pub(super) fn undated(&self) -> usize {
        self.rows.rows() - self.times.len()
    }

    /// The first time that is not before `time`.
    pub(super) fn next(&self, time: i64) -> Option<i64> {
        self.times.get(self.times.partition_point(|at| *at < time)).copied()
    }

    /// The rows from `first` to `last`, both included.
    pub(super) fn between(&self, first: i64, last: i64) -> Range<usize> {
        let from = self.times.partition_point(|at| *at < first);
        let to = self.times.partition_point(|at| *at <= last);
        from..to.max(from)
    }

    pub(super) fn all(&self) -> Range<usize> {
        0..self.rows.rows()
    }
}

/// The order of the rows by time and the times in that order; no order where they are in it.
fn in_order(rows: &Batch, places: &[usize]) -> (Option<UInt32Array>, Vec<i64>) {
    let time = |row: usize| places.iter().find_map(|place| millis(&rows.column(*place).value(row)));
    let mut dated: Vec<(i64, u32)> = Vec::new();
    let mut undated: Vec<u32> = Vec::new();
    for row in 0..rows.rows() {
        match time(row) {
            Some(time) => dated.push((time, row as u32)),
            None => undated.push(row as u32),
        }
    }
    let sorted = undated.is_empty() && dated.is_sorted();
    dated.sort_unstable();
    let order = (!sorted).then(|| dated.iter().map(|(_, row)| *row).chain(undated).collect());
    (order, dated.into_iter().map(|(time, _)| time).collect())
}

/// A date in milliseconds; the first of several.
fn millis(value: &Value) -> Option<i64> {
    match value.elements().first()? {
        Value::Date(millis) => Some(*millis),
        Value::DateNanos(nanos) => Some(nanos.div_euclid(1_000_000)),
        _ => None,
    }
}

/// Some of the rows of a recording, as a table. Its scan gives the columns wanted, whatever the request says.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) recording: Arc<Recording>,
    /// Places of the columns.
    pub(super) columns: Vec<usize>,
    pub(super) rows: Range<usize>,
}

impl Table for Slice {
    fn fields(&self) -> Vec<Field> {
        let columns = self.columns.iter().map(|place| &self.recording.columns[*place]);
        columns.map(|attribute| Field::new(&*attribute.name, attribute.data_type)).collect()
    }

    fn field(&self, name: &str) -> Option<Field> {
        self.fields().into_iter().find(|field| field.name == name)
    }

    fn splits(&self, _request: &ScanRequest) -> Vec<Arc<dyn Split>> {
        vec![Arc::new(self.clone())]
    }
}

impl Split for Slice {
    fn scan(&self, request: &ScanRequest, _account: &Account, emit: &mut dyn FnMut(Batch) -> ControlFlow<()>) {
        let step = request.batch_rows.max(1);
        let mut at = self.rows.start;
        while at < self.rows.end && !request.is_cancelled() {
            let rows = step.min(self.rows.end - at);
            let columns = self.columns.iter().map(|place| self.recording.rows.column(*place).slice(at, rows)).collect();
            if emit(Batch::new(columns, rows)).is_break() {
                return;
            }
            at += rows;
        }
    }
}
