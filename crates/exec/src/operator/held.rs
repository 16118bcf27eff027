use quarry_types::{Batch, DataType};

use crate::budget::Share;
use crate::{Budget, ExecError};

/// Rows put out at a time.
pub(super) const OUTPUT_ROWS: usize = 4096;

/// The rows of a step that needs all of them.
pub(super) struct Held {
    batches: Vec<Batch>,
    types: Vec<DataType>,
    bytes: usize,
    share: Share,
}

impl Held {
    pub(super) fn new(types: Vec<DataType>, budget: &Budget, what: &'static str) -> Self {
        Self { batches: Vec::new(), types, bytes: 0, share: budget.share(what) }
    }

    pub(super) fn add(&mut self, batch: &Batch) -> Result<(), ExecError> {
        if batch.rows() == 0 {
            return Ok(());
        }
        let batch = batch.compact();
        self.bytes += batch.memory_bytes();
        self.batches.push(batch);
        self.share.set(self.bytes)
    }

    /// All rows.
    pub(super) fn take(&mut self) -> Batch {
        Batch::concat(&self.types, &std::mem::take(&mut self.batches))
    }
}
