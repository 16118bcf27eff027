use std::ops::ControlFlow;

use quarry_plan::{Attribute, Expr};
use quarry_types::Batch;

use super::{Cx, Operator, Output};
use crate::{Evaluator, ExecError};

/// EVAL: a later field may read an earlier one.
pub(super) struct Eval {
    fields: Vec<Evaluator>,
    /// For each output column its place among the input columns followed by the new ones.
    places: Vec<usize>,
}

impl Eval {
    pub(super) fn new(fields: &[(Attribute, Expr)], input: &[Attribute], output: &[Attribute]) -> Self {
        let mut all = input.to_vec();
        let mut evaluators = Vec::with_capacity(fields.len());
        for (attribute, expr) in fields {
            evaluators.push(Evaluator::new(expr, &all));
            all.push(attribute.clone());
        }
        Self { fields: evaluators, places: places(&all, output) }
    }
}

/// Where each of `output` stands in `all`; the last one where an identity stands twice.
pub(super) fn places(all: &[Attribute], output: &[Attribute]) -> Vec<usize> {
    output.iter().map(|wanted| all.iter().rposition(|attribute| attribute.id == wanted.id).unwrap_or(0)).collect()
}

impl Operator for Eval {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let rows = batch.rows();
        let mut all = batch;
        for field in &self.fields {
            let column = field.evaluate(&all, cx.warnings, cx.settings);
            let mut columns = all.into_columns();
            columns.push(column);
            all = Batch::new(columns, rows);
        }
        let columns = self.places.iter().map(|place| all.column(*place).clone()).collect();
        out(Batch::new(columns, rows), cx)
    }
}
