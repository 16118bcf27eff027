use std::ops::ControlFlow;

use quarry_plan::{Attribute, ColumnId};
use quarry_types::Batch;

use super::{Cx, Operator, Output};
use crate::ExecError;

/// Columns chosen, ordered and renamed.
pub(super) struct Project {
    places: Vec<usize>,
}

impl Project {
    pub(super) fn new(sources: &[ColumnId], input: &[Attribute], _output: &[Attribute]) -> Self {
        let place = |id: &ColumnId| input.iter().position(|attribute| attribute.id == *id).unwrap_or(0);
        Self { places: sources.iter().map(place).collect() }
    }
}

impl Operator for Project {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let columns = self.places.iter().map(|place| batch.column(*place).clone()).collect();
        out(batch.with_columns(columns), cx)
    }
}
