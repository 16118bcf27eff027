use std::ops::ControlFlow;

use quarry_plan::{Attribute, Expr};
use quarry_types::Batch;

use super::{Cx, Operator, Output};
use crate::{Evaluator, ExecError};

/// WHERE: each condition is computed only for the rows that the ones before it left.
pub(super) struct Filter {
    conditions: Vec<Evaluator>,
}

impl Filter {
    pub(super) fn new(conditions: &[Expr], input: &[Attribute]) -> Self {
        Self { conditions: conditions.iter().map(|condition| Evaluator::new(condition, input)).collect() }
    }
}

impl Operator for Filter {
    fn push(&mut self, mut batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        for condition in &self.conditions {
            let flags = condition.evaluate(&batch, cx.warnings, cx.settings).flags();
            batch = batch.filter(&flags);
            if batch.rows() == 0 {
                return Ok(ControlFlow::Continue(()));
            }
        }
        out(batch, cx)
    }
}
