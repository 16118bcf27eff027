use std::ops::ControlFlow;

use arrow_array::{BooleanArray, UInt32Array};
use quarry_functions::grouping::EmptyBuckets;
use quarry_functions::{Accumulator, Context, Site};
use quarry_plan::{AggregateCall, Attribute, Expr};
use quarry_types::{Batch, Column, DataType, Value};
use std::sync::Arc;

use super::{Cx, Operator, Output, empty_groups};
use crate::budget::Share;
use crate::group_table::GroupTable;
use crate::{Budget, Evaluator, ExecError};

/// Groups and the accumulators over them.
pub(super) struct Aggregation {
    keys: Vec<Evaluator>,
    table: GroupTable,
    aggregates: Vec<OneAggregate>,
    share: Share,
}

struct OneAggregate {
    accumulator: Box<dyn Accumulator>,
    inputs: Vec<Evaluator>,
    filter: Option<Evaluator>,
    site: Arc<Site>,
    /// How many columns its state has.
    state_columns: usize,
}

impl Aggregation {
    pub(super) fn new(
        aggregates: &[AggregateCall],
        groups: &[(Attribute, Expr)],
        input: &[Attribute],
        budget: &Budget,
    ) -> Result<Self, ExecError> {
        let types: Vec<DataType> = groups.iter().map(|(attribute, _)| attribute.data_type).collect();
        let aggregates = aggregates
            .iter()
            .map(|call| {
                let accumulator = call.accumulator().map_err(|error| ExecError::Refused(error.0))?;
                let state_columns = call.accumulator().map(|mut fresh| fresh.state(0).len()).unwrap_or(0);
                Ok(OneAggregate {
                    accumulator,
                    inputs: call.inputs.iter().map(|input_expr| Evaluator::new(input_expr, input)).collect(),
                    filter: call.filter.as_ref().map(|filter| Evaluator::new(filter, input)),
                    site: call.site.clone(),
                    state_columns,
                })
            })
            .collect::<Result<_, ExecError>>()?;
        Ok(Self {
            keys: groups.iter().map(|(_, expr)| Evaluator::new(expr, input)).collect(),
            table: GroupTable::new(&types),
            aggregates,
            share: budget.share("STATS"),
        })
    }

    /// Adds the rows of a batch.
    pub(super) fn add(&mut self, batch: &Batch, cx: &mut Cx<'_>) -> Result<(), ExecError> {
        let keys: Vec<Column> = self.keys.iter().map(|key| key.evaluate(batch, cx.warnings, cx.settings)).collect();
        let row_groups = self.table.groups(&keys, batch.rows());
        let expanded;
        let batch = match &row_groups.rows {
            Some(rows) => {
                expanded = batch.take(rows);
                &expanded
            }
            None => batch,
        };
        let count = self.table.len();
        for aggregate in &mut self.aggregates {
            aggregate.add(batch, &row_groups.groups, count, cx);
        }
        self.account()
    }

    /// Adds partial states: columns of keys, then of states.
    fn merge(&mut self, batch: &Batch, cx: &mut Cx<'_>) -> Result<(), ExecError> {
        let (keys, states) = batch.columns().split_at(self.keys.len());
        let groups = if keys.is_empty() {
            self.table.groups(&[], batch.rows()).groups
        } else {
            self.table.number(keys, batch.rows())
        };
        let count = self.table.len();
        let mut states = states;
        for aggregate in &mut self.aggregates {
            let (state, rest) = states.split_at(aggregate.state_columns);
            states = rest;
            let mut context =
                Context { rows: batch.rows(), site: &aggregate.site, warnings: cx.warnings, settings: cx.settings };
            aggregate.accumulator.merge(&mut context, &groups, count, state);
        }
        self.account()
    }

    fn account(&mut self) -> Result<(), ExecError> {
        let states: usize = self.aggregates.iter().map(|aggregate| aggregate.accumulator.memory_bytes()).sum();
        self.share.set(self.table.memory_bytes() + states)
    }

    /// Without keys there is one group, even over no rows.
    fn group_count(&self) -> usize {
        if self.keys.is_empty() { 1 } else { self.table.len() }
    }

    fn take_states(&mut self) -> Batch {
        let count = self.group_count();
        let mut columns = self.table.take_keys();
        for aggregate in &mut self.aggregates {
            columns.extend(aggregate.accumulator.state(count));
        }
        Batch::new(columns, count)
    }

    /// Adds the groups that are there even without rows: every bucket with every combination of the other keys.
    pub(super) fn fill(&mut self, empty: &[(usize, Arc<EmptyBuckets>)]) -> Result<(), ExecError> {
        if empty.is_empty() {
            return Ok(());
        }
        let groups = self.table.len();
        let keys = self.table.take_keys();
        // Numbered again in their order, the groups keep the numbers that the accumulators know them by.
        self.table.number(&keys, groups);
        let filled = empty_groups::of(&keys, groups, empty)?;
        self.table.number(filled.columns(), filled.rows());
        self.account()
    }

    /// The results, aggregates first, then keys.
    pub(super) fn results(&mut self, cx: &mut Cx<'_>) -> Batch {
        let count = self.group_count();
        let mut columns = self.aggregate_columns(count, cx);
        let keys = self.table.take_keys();
        let order = if let [key] = keys.as_slice() { first_groups(key) } else { None };
        columns.extend(keys);
        let batch = Batch::new(columns, count);
        order.map_or_else(|| batch.clone(), |order| batch.take(&order))
    }

    /// The aggregates alone, one row for each group of [`Aggregation::lookup`].
    pub(super) fn aggregate_columns(&mut self, count: usize, cx: &mut Cx<'_>) -> Vec<Column> {
        self.aggregates
            .iter_mut()
            .map(|aggregate| {
                let mut context =
                    Context { rows: count, site: &aggregate.site, warnings: cx.warnings, settings: cx.settings };
                aggregate.accumulator.finish(&mut context, count)
            })
            .collect()
    }

    pub(super) fn keys(&self) -> &[Evaluator] {
        &self.keys
    }

    pub(super) fn lookup(&self, keys: &[Column], rows: usize) -> Vec<Option<u32>> {
        if keys.is_empty() { vec![Some(0); rows] } else { self.table.lookup(keys, rows) }
    }

    /// The groups of each row, where lists among the keys put it into several.
    pub(super) fn lookup_all(&self, keys: &[Column], rows: usize) -> Vec<Vec<u32>> {
        self.table.lookup_all(keys, rows)
    }

    /// The keys of the groups, one row for each. The groups keep their numbers.
    pub(super) fn group_keys(&mut self) -> Vec<Column> {
        let groups = self.table.len();
        let keys = self.table.take_keys();
        self.table.number(&keys, groups);
        keys
    }

    pub(super) fn groups(&self) -> usize {
        self.group_count()
    }
}

/// The order of groups, where it isn't that in which they were met: null comes first, then false and true. No query may
/// rely on it, but many were written looking at it.
fn first_groups(key: &Column) -> Option<UInt32Array> {
    let rank = |group: &u32| match key.value(*group as usize) {
        Value::Null => 0,
        Value::Boolean(false) => 1,
        _ => 2,
    };
    let mut order: Vec<u32> = (0..key.len() as u32).collect();
    if key.data_type() != DataType::Boolean && !order.iter().any(|group| key.is_null(*group as usize)) {
        return None;
    }
    order.sort_by_key(rank);
    Some(UInt32Array::from(order))
}

impl OneAggregate {
    fn add(&mut self, batch: &Batch, groups: &[u32], count: usize, cx: &mut Cx<'_>) {
        let filtered;
        let mut kept_groups = Vec::new();
        let (batch, groups) = match &self.filter {
            None => (batch, groups),
            Some(filter) => {
                let flags: BooleanArray = filter.evaluate(batch, cx.warnings, cx.settings).flags();
                let rows: Vec<u32> = (0..batch.rows() as u32).filter(|row| flags.value(*row as usize)).collect();
                kept_groups.extend(rows.iter().map(|row| groups[*row as usize]));
                filtered = batch.take(&UInt32Array::from(rows));
                (&filtered, kept_groups.as_slice())
            }
        };
        let inputs: Vec<Column> =
            self.inputs.iter().map(|input| input.evaluate(batch, cx.warnings, cx.settings)).collect();
        let mut context =
            Context { rows: batch.rows(), site: &self.site, warnings: cx.warnings, settings: cx.settings };
        self.accumulator.update(&mut context, groups, count, &inputs);
    }
}

/// What an aggregation is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Rows,
    /// Partial states that lanes put out.
    States,
}

/// What an aggregation puts out at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    /// Partial states, for another aggregation to join.
    States,
    Results,
}

/// STATS, whole or one half of it.
pub(crate) struct Aggregate {
    aggregation: Aggregation,
    takes: Takes,
    gives: Gives,
    empty: Vec<(usize, Arc<EmptyBuckets>)>,
}

impl Aggregate {
    /// The half that lanes run: rows in, states out.
    pub(crate) fn partial(
        aggregates: &[AggregateCall],
        groups: &[(Attribute, Expr)],
        input: &[Attribute],
        budget: &Budget,
    ) -> Result<Self, ExecError> {
        let aggregation = Aggregation::new(aggregates, groups, input, budget)?;
        Ok(Self { aggregation, takes: Takes::Rows, gives: Gives::States, empty: Vec::new() })
    }

    /// The half that joins the lanes: states in, results out.
    pub(crate) fn joining(
        aggregates: &[AggregateCall],
        groups: &[(Attribute, Expr)],
        budget: &Budget,
    ) -> Result<Self, ExecError> {
        let aggregation = Aggregation::new(aggregates, groups, &[], budget)?;
        Ok(Self { aggregation, takes: Takes::States, gives: Gives::Results, empty: Vec::new() })
    }

    /// All of it, above a step that doesn't run in lanes: rows in, results out.
    pub(crate) fn whole(
        aggregates: &[AggregateCall],
        groups: &[(Attribute, Expr)],
        input: &[Attribute],
        budget: &Budget,
    ) -> Result<Self, ExecError> {
        let aggregation = Aggregation::new(aggregates, groups, input, budget)?;
        Ok(Self { aggregation, takes: Takes::Rows, gives: Gives::Results, empty: Vec::new() })
    }

    /// The same with groups that are there even without rows.
    pub(crate) fn filling(self, empty: &[(usize, Arc<EmptyBuckets>)]) -> Self {
        Self { empty: empty.to_vec(), ..self }
    }
}

impl Operator for Aggregate {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, _out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        match self.takes {
            Takes::Rows => self.aggregation.add(&batch, cx)?,
            Takes::States => self.aggregation.merge(&batch, cx)?,
        }
        Ok(ControlFlow::Continue(()))
    }

    fn finish(&mut self, cx: &mut Cx<'_>, out: Output<'_>) -> Result<(), ExecError> {
        let batch = match self.gives {
            Gives::States => self.aggregation.take_states(),
            Gives::Results => {
                self.aggregation.fill(&self.empty)?;
                self.aggregation.results(cx)
            }
        };
        // With keys and no rows there are no groups.
        if batch.rows() > 0 { out(batch, cx).map(|_| ()) } else { Ok(()) }
    }
}
