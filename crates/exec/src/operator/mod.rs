//! The steps of a plan as operators: batches are pushed in, batches come out.

mod aggregate;
mod change_point;
mod empty_groups;
mod eval;
mod extract;
mod filter;
mod held;
mod inline_aggregate;
mod limit;
mod limit_by;
mod lookup;
mod mv_expand;
mod project;
mod sample;
mod sort;
mod whole;

use std::ops::ControlFlow;

use quarry_functions::{Settings, Warnings};
use quarry_plan::scan::Account;
use quarry_plan::{Node, Plan};
use quarry_types::Batch;

use crate::lane::Step;
use crate::{Budget, ExecError, ExecOptions};

use aggregate::Aggregate;
pub(crate) use lookup::SharedRows;

/// Where an operator puts its output; breaks when no more is wanted.
pub(crate) type Output<'a> = &'a mut dyn FnMut(Batch, &mut Cx<'_>) -> Result<ControlFlow<()>, ExecError>;

/// What operators share while they run.
pub(crate) struct Cx<'a> {
    pub(crate) warnings: &'a mut Warnings,
    pub(crate) settings: &'a Settings,
    /// For steps that run plans of their own.
    pub(crate) options: &'a ExecOptions,
    pub(crate) account: &'a Account,
}

/// One step.
pub(crate) trait Operator: Send {
    /// Takes a batch. Breaks when no more input is wanted.
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError>;

    /// The input has ended: puts out what is left.
    fn finish(&mut self, _cx: &mut Cx<'_>, _out: Output<'_>) -> Result<(), ExecError> {
        Ok(())
    }
}

/// Operators one after the other.
pub(crate) struct Chain {
    operators: Vec<Box<dyn Operator>>,
}

impl Chain {
    pub(crate) fn new(operators: Vec<Box<dyn Operator>>) -> Self {
        Self { operators }
    }

    pub(crate) fn push(
        &mut self,
        batch: Batch,
        cx: &mut Cx<'_>,
        out: Output<'_>,
    ) -> Result<ControlFlow<()>, ExecError> {
        push_from(&mut self.operators, batch, cx, out)
    }

    pub(crate) fn finish(&mut self, cx: &mut Cx<'_>, out: Output<'_>) -> Result<(), ExecError> {
        for i in 0..self.operators.len() {
            let (head, tail) = self.operators.split_at_mut(i + 1);
            head[i].finish(cx, &mut |batch, cx| push_from(tail, batch, cx, out))?;
        }
        Ok(())
    }
}

fn push_from(
    operators: &mut [Box<dyn Operator>],
    batch: Batch,
    cx: &mut Cx<'_>,
    out: Output<'_>,
) -> Result<ControlFlow<()>, ExecError> {
    match operators.split_first_mut() {
        None => out(batch, cx),
        Some((first, rest)) => first.push(batch, cx, &mut |batch, cx| push_from(rest, batch, cx, out)),
    }
}

/// Whether a step works batch by batch, so that lanes can run it by themselves.
pub(crate) fn is_streaming(node: &Node) -> bool {
    matches!(
        node,
        Node::Filter { .. }
            | Node::Eval { .. }
            | Node::Project { .. }
            | Node::Extract { .. }
            | Node::MvExpand { .. }
            | Node::Lookup { .. }
            | Node::Membership { .. }
            | Node::Sample { .. }
    )
}

/// The operator of a step that has an input, for the lane of this number.
pub(crate) fn operator(step: &Step<'_>, lane: u64, budget: &Budget) -> Result<Box<dyn Operator>, ExecError> {
    let plan = step.plan;
    Ok(match &plan.node {
        Node::Filter { input, conditions } => Box::new(filter::Filter::new(conditions, &input.output)),
        Node::Eval { input, fields } => Box::new(eval::Eval::new(fields, &input.output, &plan.output)),
        Node::Project { input, sources } => Box::new(project::Project::new(sources, &input.output, &plan.output)),
        Node::Extract { input, operand, extractor, fields, site } => {
            Box::new(extract::Extract::new(operand, extractor, fields, site, &input.output, &plan.output))
        }
        Node::MvExpand { input, column, target } => {
            Box::new(mv_expand::MvExpand::new(*column, target, &input.output, &plan.output))
        }
        Node::Limit { count, .. } => Box::new(limit::Limit::new(*count)),
        Node::LimitBy { input, count, keys } => Box::new(limit_by::LimitBy::new(*count, keys, &input.output, budget)),
        Node::Sort { input, keys, limit } => Box::new(sort::Sort::new(keys, *limit, &input.output, budget)),
        Node::Aggregate { input, aggregates, groups, empty } => {
            Box::new(Aggregate::whole(aggregates, groups, &input.output, budget)?.filling(empty))
        }
        Node::InlineAggregate { input, aggregates, groups, fields } => {
            let definition = inline_aggregate::Definition { aggregates, groups, fields };
            Box::new(inline_aggregate::InlineAggregate::new(&definition, &input.output, &plan.output, budget)?)
        }
        Node::Lookup { input, right, matching, expand, fields, site } => Box::new(lookup::Lookup::new(
            step.rows.clone().unwrap_or_default(),
            &lookup::Definition { right, matching, expand: *expand, fields, site },
            &input.output,
            &plan.output,
        )),
        Node::Membership { input, right, keys, target, site } => {
            let rows = step.rows.clone().unwrap_or_default();
            Box::new(lookup::Membership::new(rows, right, keys, target, site, &input.output, &plan.output))
        }
        Node::Sample { probability, seed, .. } => Box::new(sample::Sample::new(*probability, *seed, lane)),
        Node::ChangePoint { input, value, groups, kind, p_value, site } => Box::new(change_point::ChangePoint::new(
            value,
            groups,
            [kind, p_value],
            site,
            &input.output,
            &plan.output,
            budget,
        )),
        Node::Whole { input, operand, keys, target } => {
            Box::new(whole::WholeColumn::new(operand, keys, target, &input.output, &plan.output, budget))
        }
        Node::Window { .. } => return Err(ExecError::Internal("a window of time without a run")),
        Node::Scan { .. } | Node::Row { .. } | Node::Union { .. } => {
            return Err(ExecError::Internal("a source was asked for as a step"));
        }
    })
}

/// The half of a blocking step that lanes run by themselves, where it has one.
pub(crate) fn lane_half(plan: &Plan, budget: &Budget) -> Result<Option<Box<dyn Operator>>, ExecError> {
    Ok(match &plan.node {
        Node::Limit { count, .. } => Some(Box::new(limit::Limit::new(*count))),
        Node::Sort { input, keys, limit: Some(limit) } => {
            Some(Box::new(sort::Sort::new(keys, Some(*limit), &input.output, budget)))
        }
        Node::Aggregate { input, aggregates, groups, .. } => {
            Some(Box::new(Aggregate::partial(aggregates, groups, &input.output, budget)?))
        }
        _ => None,
    })
}

/// The half that joins what lanes put out: the step itself, or one that reads partial states.
pub(crate) fn joining_half(plan: &Plan, budget: &Budget) -> Result<Box<dyn Operator>, ExecError> {
    match &plan.node {
        Node::Aggregate { aggregates, groups, empty, .. } => {
            Ok(Box::new(Aggregate::joining(aggregates, groups, budget)?.filling(empty)))
        }
        _ => operator(&Step::new(plan), u64::MAX, budget),
    }
}
