use std::ops::ControlFlow;

use quarry_types::Batch;

use super::{Cx, Operator, Output};
use crate::ExecError;

/// LIMIT
pub(super) struct Limit {
    left: usize,
}

impl Limit {
    pub(super) fn new(count: usize) -> Self {
        Self { left: count }
    }
}

impl Operator for Limit {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        if self.left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        let batch = if batch.rows() > self.left { batch.slice(0, self.left) } else { batch };
        self.left -= batch.rows();
        let flow = out(batch, cx)?;
        Ok(if self.left == 0 { ControlFlow::Break(()) } else { flow })
    }
}
