//! Filters move towards the scan.

use std::collections::HashMap;

use quarry_functions::Settings;
use quarry_types::{DataType, Value};

use super::map_inputs;
use crate::expression::{ColumnId, Expr};
use crate::fold;
use crate::plan::{Node, Plan};

/// An expression larger than this is not computed twice only to filter earlier.
const LARGEST_COPY: usize = 400;

/// Moves every condition as far down as it goes.
pub(super) fn push_filters(plan: Plan, settings: &Settings) -> Plan {
    let plan = match plan.node {
        Node::Filter { input, conditions } => {
            let conditions = conditions.iter().flat_map(|c| conjuncts(&fold::fold(c, settings))).collect();
            return push(*input, conditions, settings);
        }
        _ => plan,
    };
    map_inputs(plan, &mut |input| push_filters(input, settings))
}

/// The parts of a condition that all have to be true.
pub(crate) fn conjuncts(condition: &Expr) -> Vec<Expr> {
    let mut parts = Vec::new();
    let mut open = vec![condition.clone()];
    while let Some(expr) = open.pop() {
        match expr.as_call("and") {
            Some(call) => open.extend(call.arguments.iter().rev().cloned()),
            None => parts.push(expr),
        }
    }
    parts
}

/// `plan` with `conditions` applied to its output.
fn push(plan: Plan, conditions: Vec<Expr>, settings: &Settings) -> Plan {
    let mut conditions: Vec<Expr> = conditions.into_iter().filter(|condition| !is_true(condition)).collect();
    if let Some(never) = conditions.iter().position(is_never) {
        // The others have nothing left to decide.
        conditions = vec![conditions.swap_remove(never)];
    }
    if conditions.is_empty() {
        return push_filters(plan, settings);
    }
    let Plan { node, output } = plan;
    match node {
        Node::Filter { input, conditions: own } => {
            let all = own
                .iter()
                .flat_map(|condition| conjuncts(&fold::fold(condition, settings)))
                .chain(conditions)
                .collect();
            push(*input, all, settings)
        }
        Node::Project { input, sources } => {
            let renamed: HashMap<ColumnId, ColumnId> =
                output.iter().map(|attribute| attribute.id).zip(sources.iter().copied()).collect();
            let below = conditions.iter().map(|condition| rename(condition, &renamed)).collect();
            Plan { node: Node::Project { input: Box::new(push(*input, below, settings)), sources }, output }
        }
        Node::Eval { input, fields } => {
            let mut definitions: HashMap<ColumnId, Expr> = HashMap::new();
            for (attribute, expr) in &fields {
                let inlined = expr.substitute(&|id| definitions.get(&id).cloned());
                definitions.insert(attribute.id, inlined);
            }
            let (below, here): (Vec<Expr>, Vec<Expr>) = conditions
                .into_iter()
                .map(|condition| {
                    let inlined = condition.substitute(&|id| definitions.get(&id).cloned());
                    if inlined.size() > LARGEST_COPY { (None, condition) } else { (Some(inlined), condition) }
                })
                .fold((Vec::new(), Vec::new()), |(mut below, mut here), (inlined, condition)| {
                    match inlined {
                        Some(inlined) => below.extend(conjuncts(&fold::fold(&inlined, settings))),
                        None => here.push(condition),
                    }
                    (below, here)
                });
            let plan = Plan { node: Node::Eval { input: Box::new(push(*input, below, settings)), fields }, output };
            filtered(plan, here)
        }
        Node::Extract { input, operand, extractor, fields, site } => {
            let reads_new = |condition: &Expr| {
                let columns = condition.columns();
                fields.iter().any(|attribute| columns.contains(&attribute.id))
            };
            let (here, below): (Vec<Expr>, Vec<Expr>) = conditions.into_iter().partition(reads_new);
            let input = Box::new(push(*input, below, settings));
            filtered(Plan { node: Node::Extract { input, operand, extractor, fields, site }, output }, here)
        }
        Node::MvExpand { input, column, target } => {
            let (here, below): (Vec<Expr>, Vec<Expr>) =
                conditions.into_iter().partition(|condition| condition.columns().contains(&target.id));
            let input = Box::new(push(*input, below, settings));
            filtered(Plan { node: Node::MvExpand { input, column, target }, output }, here)
        }
        Node::Lookup { input, right, matching, expand, fields, site } => {
            let reads_new = |condition: &Expr| {
                let columns = condition.columns();
                fields.iter().any(|(attribute, _)| columns.contains(&attribute.id))
            };
            let (here, below): (Vec<Expr>, Vec<Expr>) = conditions.into_iter().partition(reads_new);
            let input = Box::new(push(*input, below, settings));
            filtered(Plan { node: Node::Lookup { input, right, matching, expand, fields, site }, output }, here)
        }
        Node::Membership { input, right, keys, target, site } => {
            let (here, below): (Vec<Expr>, Vec<Expr>) =
                conditions.into_iter().partition(|condition| condition.columns().contains(&target.id));
            let input = Box::new(push(*input, below, settings));
            let right = std::sync::Arc::new(push_filters((*right).clone(), settings));
            filtered(Plan { node: Node::Membership { input, right, keys, target, site }, output }, here)
        }
        Node::Sort { input, keys, limit: None } => {
            let input = Box::new(push(*input, conditions, settings));
            Plan { node: Node::Sort { input, keys, limit: None }, output }
        }
        Node::Window { input, times } => {
            // What lies under a window is the same for all runs, so nothing that depends on the clock may get there.
            let (below, here): (Vec<Expr>, Vec<Expr>) =
                conditions.into_iter().partition(|condition| settings.moving_clock && !condition.reads_clock());
            let input = Box::new(push(*input, below, settings));
            filtered(Plan { node: Node::Window { input, times }, output }, here)
        }
        Node::Union { inputs } => {
            let inputs = inputs
                .into_iter()
                .map(|input| {
                    let renamed: HashMap<ColumnId, ColumnId> =
                        output.iter().zip(&input.output).map(|(outer, inner)| (outer.id, inner.id)).collect();
                    let below = conditions.iter().map(|condition| rename(condition, &renamed)).collect();
                    push(input, below, settings)
                })
                .collect();
            Plan { node: Node::Union { inputs }, output }
        }
        node => filtered(push_filters(Plan { node, output }, settings), conditions),
    }
}

fn rename(condition: &Expr, renamed: &HashMap<ColumnId, ColumnId>) -> Expr {
    condition.clone().map_columns(renamed)
}

fn filtered(plan: Plan, conditions: Vec<Expr>) -> Plan {
    if conditions.is_empty() {
        return plan;
    }
    let output = plan.output.clone();
    Plan { node: Node::Filter { input: Box::new(plan), conditions }, output }
}

fn is_never(condition: &Expr) -> bool {
    matches!(condition.as_literal(), Some(Value::Boolean(false) | Value::Null))
}

fn is_true(condition: &Expr) -> bool {
    condition.data_type == DataType::Boolean && condition.as_literal() == Some(&Value::Boolean(true))
}
