use std::ops::ControlFlow;

use arrow_array::BooleanArray;
use quarry_plan::{Attribute, Expr};
use quarry_types::{Batch, Column};

use super::{Cx, Operator, Output};
use crate::budget::Share;
use crate::group_table::GroupTable;
use crate::{Budget, Evaluator, ExecError};

/// LIMIT BY and DEDUP: the first rows of each key.
pub(super) struct LimitBy {
    count: usize,
    keys: Vec<Evaluator>,
    table: GroupTable,
    seen: Vec<usize>,
    share: Share,
}

impl LimitBy {
    pub(super) fn new(count: usize, keys: &[Expr], input: &[Attribute], budget: &Budget) -> Self {
        let types: Vec<_> = keys.iter().map(|key| key.data_type).collect();
        Self {
            count,
            keys: keys.iter().map(|key| Evaluator::new(key, input)).collect(),
            table: GroupTable::new(&types),
            seen: Vec::new(),
            share: budget.share("LIMIT BY"),
        }
    }
}

impl Operator for LimitBy {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let keys: Vec<Column> = self.keys.iter().map(|key| key.evaluate(&batch, cx.warnings, cx.settings)).collect();
        let groups = self.table.number(&keys, batch.rows());
        self.seen.resize(self.table.len(), 0);
        self.share.set(self.table.memory_bytes() + self.seen.capacity() * 8)?;
        let keep: BooleanArray = groups
            .iter()
            .map(|group| {
                let seen = &mut self.seen[*group as usize];
                *seen += 1;
                Some(*seen <= self.count)
            })
            .collect();
        let batch = batch.filter(&keep);
        if batch.rows() == 0 { Ok(ControlFlow::Continue(())) } else { out(batch, cx) }
    }
}
