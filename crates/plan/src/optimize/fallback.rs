//! A column that is COALESCE of fields which nothing else reads becomes one column of the scan: the source then reads the
//! first field that a record has, and no others.

use std::collections::HashMap;

use super::map_inputs;
use super::prune::arranged;
use crate::expression::{Attribute, ColumnId, Expr};
use crate::plan::{Node, Plan};
use crate::scan::ScanColumnKind;

pub(super) fn read_first(plan: Plan) -> Plan {
    let plan = map_inputs(plan, &mut read_first);
    let Plan { node, output } = plan;
    match node {
        Node::Eval { input, fields } => {
            let (input, fields) = fallbacks(*input, fields, &output);
            if fields.is_empty() {
                return arranged(input, output);
            }
            Plan { node: Node::Eval { input: Box::new(input), fields }, output }
        }
        node => Plan { node, output },
    }
}

type Fields = Vec<(Attribute, Expr)>;

/// Moves those of `fields` into the scan under `input` that it can read by itself. `output` is what others see.
fn fallbacks(mut input: Plan, fields: Fields, output: &[Attribute]) -> (Plan, Fields) {
    let Some(names) = scanned(&input) else { return (input, fields) };
    let mut uses: HashMap<ColumnId, usize> = HashMap::new();
    let seen = output.iter().map(|attribute| attribute.id);
    let read = fields.iter().map(|(_, expr)| expr).chain(conditions(&input)).flat_map(Expr::columns);
    seen.chain(read).for_each(|column| *uses.entry(column).or_default() += 1);
    let (moved, kept): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(attribute, expr)| {
        first_of(expr).is_some_and(|columns| {
            let mut alone: Vec<ColumnId> = columns.clone();
            alone.sort_unstable();
            alone.dedup();
            alone.len() == columns.len()
                && columns.iter().all(|column| {
                    uses.get(column) == Some(&1)
                        && names.get(column).is_some_and(|(_, data_type)| *data_type == attribute.data_type)
                })
        })
    });
    for (attribute, expr) in moved {
        let columns = first_of(&expr).unwrap_or_default();
        let fields = columns.iter().filter_map(|column| Some(names.get(column)?.0.clone())).collect();
        replace(&mut input, &columns, &attribute, ScanColumnKind::FirstOf(fields));
    }
    (input, kept)
}

/// The columns of which `expr` is the first that isn't null.
fn first_of(expr: &Expr) -> Option<Vec<ColumnId>> {
    expr.as_call("coalesce")?.arguments.iter().map(Expr::as_column).collect()
}

/// The fields that the scan under some steps without columns of their own reads, where its table can do so in turn.
fn scanned(plan: &Plan) -> Option<HashMap<ColumnId, (String, quarry_types::DataType)>> {
    match &plan.node {
        Node::Filter { input, .. } => scanned(input),
        Node::Project { input, sources }
            if plan.output.iter().map(|attribute| attribute.id).eq(sources.iter().copied()) =>
        {
            let mut fields = scanned(input)?;
            fields.retain(|column, _| sources.contains(column));
            Some(fields)
        }
        Node::Scan { table, columns, .. } if table.reads_first_of() => {
            let fields = plan.output.iter().zip(columns).filter_map(|(attribute, kind)| match kind {
                ScanColumnKind::Field(name) => Some((attribute.id, (name.clone(), attribute.data_type))),
                _ => None,
            });
            Some(fields.collect())
        }
        _ => None,
    }
}

/// The conditions of the filters above the scan.
fn conditions(plan: &Plan) -> Vec<&Expr> {
    match &plan.node {
        Node::Filter { input, conditions: own } => own.iter().chain(conditions(input)).collect(),
        Node::Project { input, .. } => conditions(input),
        _ => Vec::new(),
    }
}

/// Puts `attribute`, read as `kind`, in the place of the columns `old` of the scan.
fn replace(plan: &mut Plan, old: &[ColumnId], attribute: &Attribute, kind: ScanColumnKind) {
    match &mut plan.node {
        Node::Filter { input, .. } => {
            replace(input, old, attribute, kind);
            plan.output.clone_from(&input.output);
        }
        Node::Project { input, sources } => {
            replace(input, old, attribute, kind);
            plan.output.retain(|column| !old.contains(&column.id));
            plan.output.push(attribute.clone());
            *sources = plan.output.iter().map(|column| column.id).collect();
        }
        Node::Scan { columns, .. } => {
            let kept = plan.output.drain(..).zip(columns.drain(..)).filter(|(column, _)| !old.contains(&column.id));
            (plan.output, *columns) = kept.chain([(attribute.clone(), kind)]).unzip();
        }
        _ => {}
    }
}
