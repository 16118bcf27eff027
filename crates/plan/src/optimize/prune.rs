//! Columns that nothing reads are not computed, and not read.

use std::collections::HashSet;
use std::sync::Arc;

use crate::expression::{ColumnId, Expr};
use crate::plan::{Node, Plan};

/// Keeps the output of `plan` and drops what it doesn't need.
pub(super) fn prune(plan: Plan) -> Plan {
    let output = plan.output.clone();
    let wanted = output.iter().map(|attribute| attribute.id).collect();
    arranged(narrow(plan, &wanted), output)
}

/// The plan with an output of at least the columns `wanted`.
fn narrow(plan: Plan, wanted: &HashSet<ColumnId>) -> Plan {
    let Plan { node, output } = plan;
    let mut needed = wanted.clone();
    let mut need = |exprs: &mut dyn Iterator<Item = &Expr>| exprs.for_each(|expr| expr.collect_columns(&mut needed));
    let node = match node {
        Node::Scan { table, columns, prefilter } => {
            let (output, columns) =
                output.into_iter().zip(columns).filter(|(attribute, _)| wanted.contains(&attribute.id)).unzip();
            return Plan { node: Node::Scan { table, columns, prefilter }, output };
        }
        Node::Row { values } => {
            let (output, values) =
                output.into_iter().zip(values).filter(|(attribute, _)| wanted.contains(&attribute.id)).unzip();
            return Plan { node: Node::Row { values }, output };
        }
        Node::Union { inputs } => {
            let places: Vec<usize> = (0..output.len()).filter(|place| wanted.contains(&output[*place].id)).collect();
            let inputs = inputs
                .into_iter()
                .map(|input| {
                    let kept: Vec<_> = places.iter().map(|place| input.output[*place].clone()).collect();
                    let ids = kept.iter().map(|attribute| attribute.id).collect();
                    let input = narrow(input, &ids);
                    arranged(input, kept)
                })
                .collect();
            let output = places.iter().map(|place| output[*place].clone()).collect();
            return Plan { node: Node::Union { inputs }, output };
        }
        Node::Project { input, sources } => {
            let (output, sources): (Vec<_>, Vec<_>) =
                output.into_iter().zip(sources).filter(|(attribute, _)| wanted.contains(&attribute.id)).unzip();
            let input = Box::new(narrow(*input, &sources.iter().copied().collect()));
            return Plan { node: Node::Project { input, sources }, output };
        }
        Node::Eval { input, fields } => {
            // Backwards: a field is needed where something after it reads it.
            let mut kept = Vec::new();
            for (attribute, expr) in fields.into_iter().rev() {
                if needed.contains(&attribute.id) {
                    expr.collect_columns(&mut needed);
                    kept.push((attribute, expr));
                }
            }
            kept.reverse();
            let input = narrow(*input, &needed);
            if kept.is_empty() {
                let output: Vec<_> = output.into_iter().filter(|attribute| wanted.contains(&attribute.id)).collect();
                return arranged(input, output);
            }
            Node::Eval { input: Box::new(input), fields: kept }
        }
        Node::Filter { input, conditions } => {
            need(&mut conditions.iter());
            Node::Filter { input: Box::new(narrow(*input, &needed)), conditions }
        }
        Node::Window { input, times } => {
            needed.extend(times.iter().copied());
            Node::Window { input: Box::new(narrow(*input, &needed)), times }
        }
        Node::Extract { input, operand, extractor, fields, site } => {
            if fields.iter().all(|attribute| !wanted.contains(&attribute.id)) {
                let output: Vec<_> = output.into_iter().filter(|attribute| wanted.contains(&attribute.id)).collect();
                return arranged(narrow(*input, wanted), output);
            }
            need(&mut std::iter::once(&operand));
            Node::Extract { input: Box::new(narrow(*input, &needed)), operand, extractor, fields, site }
        }
        Node::Limit { input, count, implicit } => {
            Node::Limit { input: Box::new(narrow(*input, &needed)), count, implicit }
        }
        Node::LimitBy { input, count, keys } => {
            need(&mut keys.iter());
            Node::LimitBy { input: Box::new(narrow(*input, &needed)), count, keys }
        }
        Node::Sort { input, keys, limit } => {
            need(&mut keys.iter().map(|key| &key.expr));
            Node::Sort { input: Box::new(narrow(*input, &needed)), keys, limit }
        }
        Node::Aggregate { input, aggregates, groups, empty } => {
            let (aggregates, groups, input) = narrow_aggregate(*input, aggregates, groups, wanted, HashSet::new());
            Node::Aggregate { input, aggregates, groups, empty }
        }
        Node::InlineAggregate { input, aggregates, groups, fields } => {
            let fields: Vec<_> = fields.into_iter().filter(|(attribute, _)| wanted.contains(&attribute.id)).collect();
            fields.iter().for_each(|(_, expr)| expr.collect_columns(&mut needed));
            let (aggregates, groups, input) = narrow_aggregate(*input, aggregates, groups, &needed, wanted.clone());
            Node::InlineAggregate { input, aggregates, groups, fields }
        }
        Node::MvExpand { input, column, target } => {
            // Expanding changes the number of rows, so it stays even where its column is not read.
            needed.insert(column);
            Node::MvExpand { input: Box::new(narrow(*input, &needed)), column, target }
        }
        Node::Lookup { input, right, matching, expand, fields, site } => {
            let fields: Vec<_> = fields.into_iter().filter(|(attribute, _)| wanted.contains(&attribute.id)).collect();
            if fields.is_empty() && !expand {
                let output: Vec<_> = output.into_iter().filter(|attribute| wanted.contains(&attribute.id)).collect();
                return arranged(narrow(*input, wanted), output);
            }
            let mut read = matching.columns();
            needed.extend(read.iter().copied());
            read.extend(fields.iter().map(|(_, column)| *column));
            let right = Arc::new(narrow((*right).clone(), &read));
            Node::Lookup { input: Box::new(narrow(*input, &needed)), right, matching, expand, fields, site }
        }
        Node::Membership { input, right, keys, target, site } => {
            if !wanted.contains(&target.id) {
                let output: Vec<_> = output.into_iter().filter(|attribute| wanted.contains(&attribute.id)).collect();
                return arranged(narrow(*input, wanted), output);
            }
            let mut read = HashSet::new();
            for (own, other) in &keys {
                own.collect_columns(&mut needed);
                other.collect_columns(&mut read);
            }
            let right = Arc::new(narrow((*right).clone(), &read));
            Node::Membership { input: Box::new(narrow(*input, &needed)), right, keys, target, site }
        }
        Node::Sample { input, probability, seed } => {
            Node::Sample { input: Box::new(narrow(*input, &needed)), probability, seed }
        }
        Node::ChangePoint { input, value, groups, kind, p_value, site } => {
            need(&mut std::iter::once(&value).chain(&groups));
            Node::ChangePoint { input: Box::new(narrow(*input, &needed)), value, groups, kind, p_value, site }
        }
        Node::Whole { input, operand, keys, target } => {
            // A list makes several rows of one, so it stays even where its column is not read.
            need(&mut std::iter::once(&operand));
            Node::Whole { input: Box::new(narrow(*input, &needed)), operand, keys, target }
        }
    };
    if let Node::Filter { input, .. }
    | Node::Window { input, .. }
    | Node::Limit { input, .. }
    | Node::LimitBy { input, .. }
    | Node::Sort { input, .. }
    | Node::Sample { input, .. } = &node
    {
        // These put out their input's columns as they are.
        let output = input.output.clone();
        return Plan { node, output };
    }
    let available: HashSet<ColumnId> = available(&node);
    let output = output
        .into_iter()
        .filter(|attribute| {
            available.contains(&attribute.id) && (wanted.contains(&attribute.id) || keeps_row_shape(&node))
        })
        .collect();
    Plan { node, output }
}

type Aggregation = (Vec<crate::AggregateCall>, Vec<(crate::Attribute, Expr)>, Box<Plan>);

fn narrow_aggregate(
    input: Plan,
    aggregates: Vec<crate::AggregateCall>,
    groups: Vec<(crate::Attribute, Expr)>,
    wanted: &HashSet<ColumnId>,
    mut needed: HashSet<ColumnId>,
) -> Aggregation {
    let aggregates: Vec<_> = aggregates.into_iter().filter(|call| wanted.contains(&call.output.id)).collect();
    for call in &aggregates {
        call.inputs.iter().chain(&call.filter).for_each(|expr| expr.collect_columns(&mut needed));
    }
    groups.iter().for_each(|(_, expr)| expr.collect_columns(&mut needed));
    (aggregates, groups, Box::new(narrow(input, &needed)))
}

/// The columns that a step can put out.
fn available(node: &Node) -> HashSet<ColumnId> {
    let of = |input: &Plan| -> HashSet<ColumnId> { input.output.iter().map(|attribute| attribute.id).collect() };
    match node {
        Node::Scan { .. }
        | Node::Row { .. }
        | Node::Union { .. }
        | Node::Project { .. }
        | Node::Filter { .. }
        | Node::Window { .. }
        | Node::Limit { .. }
        | Node::LimitBy { .. }
        | Node::Sort { .. }
        | Node::Sample { .. } => HashSet::new(),
        Node::Lookup { input, fields, .. } => {
            let mut all = of(input);
            all.extend(fields.iter().map(|(attribute, _)| attribute.id));
            all
        }
        Node::ChangePoint { input, kind, p_value, .. } => {
            let mut all = of(input);
            all.extend([kind.id, p_value.id]);
            all
        }
        Node::Whole { input, target, .. } | Node::Membership { input, target, .. } => {
            let mut all = of(input);
            all.insert(target.id);
            all
        }
        Node::Eval { input, fields } => {
            let mut all = of(input);
            all.extend(fields.iter().map(|(attribute, _)| attribute.id));
            all
        }
        Node::Extract { input, fields, .. } => {
            let mut all = of(input);
            all.extend(fields.iter().map(|attribute| attribute.id));
            all
        }
        Node::Aggregate { aggregates, groups, .. } => aggregates
            .iter()
            .map(|call| call.output.id)
            .chain(groups.iter().map(|(attribute, _)| attribute.id))
            .collect(),
        Node::InlineAggregate { input, aggregates, groups, fields } => {
            let mut all = of(input);
            all.extend(aggregates.iter().map(|call| call.output.id));
            all.extend(fields.iter().map(|(attribute, _)| attribute.id));
            all.extend(groups.iter().map(|(attribute, _)| attribute.id));
            all
        }
        Node::MvExpand { input, target, .. } => {
            let mut all = of(input);
            all.insert(target.id);
            all
        }
    }
}

/// Steps whose output is fixed by what they compute: they put out all of it.
fn keeps_row_shape(node: &Node) -> bool {
    matches!(node, Node::Aggregate { .. })
}

/// The plan with exactly the columns `output`, in their order.
pub(super) fn arranged(plan: Plan, output: Vec<crate::Attribute>) -> Plan {
    let same = plan.output.len() == output.len() && plan.output.iter().zip(&output).all(|(a, b)| a.id == b.id);
    if same {
        return Plan { output, ..plan };
    }
    let sources = output.iter().map(|attribute| attribute.id).collect();
    Plan { node: Node::Project { input: Box::new(plan), sources }, output }
}
