use std::ops::ControlFlow;

use arrow_array::UInt32Array;
use quarry_plan::{AggregateCall, Attribute, Expr};
use quarry_types::{Batch, Column};

use super::aggregate::Aggregation;
use super::eval::places;
use super::{Cx, Operator, Output};
use crate::budget::Share;
use crate::{Budget, ExecError};

/// INLINE STATS: holds all rows, then puts each out with the aggregates of its group.
pub(super) struct InlineAggregate {
    aggregation: Aggregation,
    held: Vec<Batch>,
    bytes: usize,
    share: Share,
    places: Vec<usize>,
}

impl InlineAggregate {
    pub(super) fn new(
        aggregates: &[AggregateCall],
        groups: &[(Attribute, Expr)],
        input: &[Attribute],
        output: &[Attribute],
        budget: &Budget,
    ) -> Result<Self, ExecError> {
        let mut all = input.to_vec();
        all.extend(aggregates.iter().map(|call| call.output.clone()));
        all.extend(groups.iter().map(|(attribute, _)| attribute.clone()));
        Ok(Self {
            aggregation: Aggregation::new(aggregates, groups, input, budget)?,
            held: Vec::new(),
            bytes: 0,
            share: budget.share("INLINE STATS"),
            places: places(&all, output),
        })
    }
}

impl Operator for InlineAggregate {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, _out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        self.aggregation.add(&batch, cx)?;
        let batch = batch.compact();
        self.bytes += batch.memory_bytes();
        self.share.set(self.bytes)?;
        self.held.push(batch);
        Ok(ControlFlow::Continue(()))
    }

    fn finish(&mut self, cx: &mut Cx<'_>, out: Output<'_>) -> Result<(), ExecError> {
        let results = self.aggregation.aggregate_columns(self.aggregation.groups(), cx);
        for batch in std::mem::take(&mut self.held) {
            let keys: Vec<Column> = self
                .aggregation
                .keys()
                .iter()
                .map(|key| key.evaluate(&batch, cx.warnings, cx.settings))
                .collect();
            let groups = self.aggregation.lookup(&keys, batch.rows());
            let rows = batch.rows();
            let indices = UInt32Array::from(groups);
            let mut all = batch.into_columns();
            all.extend(results.iter().map(|column| column.expand().take(&indices)));
            all.extend(keys);
            let columns = self.places.iter().map(|place| all[*place].clone()).collect();
            if out(Batch::new(columns, rows), cx)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}
