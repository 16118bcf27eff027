//! Rows that were read once, in order of time.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use arrow_array::UInt32Array;
use quarry_exec::{ExecError, ExecOptions};
use quarry_functions::Warnings;
use quarry_plan::Plan;
use quarry_plan::expression::{Attribute, ColumnId};
use quarry_plan::scan::{Account, Field, ScanRequest, Split, Table};
use quarry_types::{Batch, DataType};

use super::Place;
use crate::event_time;

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

/// What all recordings together may take of memory.
pub(super) struct Room {
    limit: usize,
    used: Cell<usize>,
}

impl Room {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, used: Cell::new(0) }
    }

    fn too_large(&self) -> ExecError {
        ExecError::MemoryLimit { what: "keeping the events for the runs of a schedule", limit: self.limit }
    }
}

/// The rows of a plan while they come.
pub(super) struct Taking<'p> {
    /// The plan, which has no window.
    pub(super) plan: &'p Plan,
    pub(super) options: &'p ExecOptions,
    /// Whether its rows are those of a window, and not what a lookup looks into.
    pub(super) is_window: bool,
    times: &'p [ColumnId],
    batches: Vec<Batch>,
    bytes: usize,
    is_full: bool,
}

impl<'p> Taking<'p> {
    pub(super) fn new(place: Place<'p>, options: &'p ExecOptions) -> Self {
        let (plan, times, is_window) = match place {
            Place::Window(plan, times) => (plan, times, true),
            Place::Lookup(plan) => (plan, &[][..], false),
        };
        Self { plan, options, is_window, times, batches: Vec::new(), bytes: 0, is_full: false }
    }

    /// Keeps a batch, as long as there is room.
    pub(super) fn take(&mut self, batch: &Batch, room: &Room) -> ControlFlow<()> {
        let batch = batch.compact();
        self.bytes += batch.memory_bytes();
        room.used.set(room.used.get() + batch.memory_bytes());
        self.batches.push(batch);
        if self.fits(room) {
            return ControlFlow::Continue(());
        }
        self.is_full = true;
        self.give_up(room);
        ControlFlow::Break(())
    }

    /// Whether there is room to sort the rows, which makes a second copy.
    fn fits(&self, room: &Room) -> bool {
        room.used.get() + self.bytes <= room.limit
    }

    fn give_up(&mut self, room: &Room) {
        room.used.set(room.used.get().saturating_sub(self.bytes));
        self.batches.clear();
    }

    /// Sorts the rows by the first of the times that isn't null; rows of equal times stay in their order. Where
    /// another one was `refused` for want of room, rows that take room are refused, too.
    pub(super) fn finish(mut self, warnings: Warnings, room: &Room, refused: bool) -> Result<Recording, ExecError> {
        if self.is_full {
            return Err(room.too_large());
        }
        let count: usize = self.batches.iter().map(Batch::rows).sum();
        if refused && self.bytes > 0 || !self.fits(room) || u32::try_from(count).is_err() {
            self.give_up(room);
            return Err(room.too_large());
        }
        let types: Vec<DataType> = self.plan.output.iter().map(|attribute| attribute.data_type).collect();
        let rows = if types.is_empty() { Batch::new(Vec::new(), count) } else { Batch::concat(&types, &self.batches) };
        self.batches.clear();
        let places: Vec<usize> = self.times.iter().filter_map(|id| self.plan.position(*id)).collect();
        let (order, times) = in_order(&rows, &places);
        let rows = match order {
            Some(order) => rows.take(&order),
            None => rows,
        };
        Ok(Recording { columns: self.plan.output.clone(), rows, times, warnings })
    }
}

impl Recording {
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
    let time = |row: usize| places.iter().find_map(|place| event_time(&rows.column(*place).value(row)));
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
