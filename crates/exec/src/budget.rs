//! How much memory the state of a run may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::ExecError;

/// Counts bytes against a limit, over all threads of a run.
#[derive(Clone, Debug)]
pub struct Budget {
    used: Arc<AtomicUsize>,
    limit: usize,
}

impl Budget {
    /// A budget of `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { used: Arc::default(), limit }
    }

    /// A share of the budget that holds nothing yet.
    #[must_use]
    pub fn share(&self, what: &'static str) -> Share {
        Share { budget: self.clone(), held: 0, what }
    }
}

/// What one operator holds of a budget; given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    held: usize,
    what: &'static str,
}

impl Share {
    /// Sets the bytes that the operator holds.
    ///
    /// # Errors
    /// The budget is exceeded.
    pub fn set(&mut self, bytes: usize) -> Result<(), ExecError> {
        let used = if bytes >= self.held {
            let more = bytes - self.held;
            self.budget.used.fetch_add(more, Ordering::Relaxed) + more
        } else {
            let less = self.held - bytes;
            self.budget.used.fetch_sub(less, Ordering::Relaxed) - less
        };
        self.held = bytes;
        if used > self.budget.limit {
            return Err(ExecError::MemoryLimit { what: self.what, limit: self.budget.limit });
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.held, Ordering::Relaxed);
    }
}
