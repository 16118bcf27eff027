use std::ops::ControlFlow;

use arrow_array::UInt32Array;
use quarry_plan::{AggregateCall, Attribute, Expr};
use quarry_types::{Batch, Column, ColumnBuilder};

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
            let keys: Vec<Column> =
                self.aggregation.keys().iter().map(|key| key.evaluate(&batch, cx.warnings, cx.settings)).collect();
            let rows = batch.rows();
            let new: Vec<Column> = if keys.iter().any(Column::is_list) {
                let groups = self.aggregation.lookup_all(&keys, rows);
                results.iter().map(|column| merged(column, groups.iter().map(Vec::as_slice))).collect()
            } else {
                let indices = UInt32Array::from(self.aggregation.lookup(&keys, rows));
                results.iter().map(|column| column.expand().take(&indices)).collect()
            };
            let mut all = batch.into_columns();
            all.extend(new);
            all.extend(keys);
            let columns = self.places.iter().map(|place| all[*place].clone()).collect();
            if out(Batch::new(columns, rows), cx)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// For each row the values of several others, in one cell.
pub(super) fn merged<'a>(column: &Column, rows: impl ExactSizeIterator<Item = &'a [u32]>) -> Column {
    let mut builder = ColumnBuilder::with_capacity(column.data_type(), rows.len());
    for sources in rows {
        for source in sources {
            column.value(*source as usize).elements().iter().for_each(|value| builder.push(value));
        }
        builder.finish_row();
    }
    builder.finish()
}
