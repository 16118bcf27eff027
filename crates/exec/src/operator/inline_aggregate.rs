use std::ops::ControlFlow;

use arrow_array::UInt32Array;
use quarry_plan::{AggregateCall, Attribute, Expr};
use quarry_types::{Batch, Column, ColumnBuilder};

use super::aggregate::Aggregation;
use super::eval::places;
use super::{Cx, Operator, Output};
use crate::budget::Share;
use crate::{Budget, Evaluator, ExecError};

/// What INLINE STATS computes.
pub(super) struct Definition<'p> {
    pub(super) aggregates: &'p [AggregateCall],
    pub(super) groups: &'p [(Attribute, Expr)],
    pub(super) fields: &'p [(Attribute, Expr)],
}

/// INLINE STATS: holds all rows, then puts each out with the aggregates of its group.
pub(super) struct InlineAggregate {
    aggregation: Aggregation,
    /// What is made of the aggregates and the keys of a group.
    fields: Vec<Evaluator>,
    held: Vec<Batch>,
    bytes: usize,
    share: Share,
    places: Vec<usize>,
}

impl InlineAggregate {
    pub(super) fn new(
        Definition { aggregates, groups, fields }: &Definition<'_>,
        input: &[Attribute],
        output: &[Attribute],
        budget: &Budget,
    ) -> Result<Self, ExecError> {
        let results = aggregates.iter().map(|call| call.output.clone());
        let keys = groups.iter().map(|(attribute, _)| attribute.clone());
        let of_group: Vec<Attribute> = results.clone().chain(keys.clone()).collect();
        let mut all = input.to_vec();
        all.extend(results);
        all.extend(fields.iter().map(|(attribute, _)| attribute.clone()));
        all.extend(keys);
        Ok(Self {
            fields: fields.iter().map(|(_, expr)| Evaluator::new(expr, &of_group)).collect(),
            aggregation: Aggregation::new(aggregates, groups, input, budget)?,
            held: Vec::new(),
            bytes: 0,
            share: budget.share("INLINE STATS"),
            places: places(&all, output),
        })
    }

    /// The columns that rows get: one row for each group.
    fn results(&mut self, cx: &mut Cx<'_>) -> Vec<Column> {
        let groups = self.aggregation.groups();
        let mut results = self.aggregation.aggregate_columns(groups, cx);
        if self.fields.is_empty() {
            return results;
        }
        let mut of_group = results.clone();
        of_group.extend(self.aggregation.group_keys());
        let of_group = Batch::new(of_group, groups);
        results.extend(self.fields.iter().map(|field| field.evaluate(&of_group, cx.warnings, cx.settings)));
        results
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
        let results = self.results(cx);
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
