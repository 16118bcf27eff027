//! Where the columns of a plan come from.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::expression::{ColumnId, Expr};
use crate::plan::{Node, Plan};
use crate::scan::{ScanColumnKind, Table};

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The table.
    pub table: Arc<dyn Table>,
    /// What it is asked for.
    pub kind: ScanColumnKind,
}

/// Where a column comes from.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    /// The columns of tables that it is made of.
    pub origins: Vec<Origin>,
    /// Whether some constant other than null is part of it: it can have a value though no origin has one.
    pub from_constants: bool,
}

/// A table's identity, for as long as the plan lives.
#[must_use]
pub fn identity(table: &Arc<dyn Table>) -> usize {
    Arc::as_ptr(table).cast::<()>() as usize
}

/// Where the output column `id` of `plan` comes from.
#[must_use]
pub fn lineage(plan: &Plan, id: ColumnId) -> Lineage {
    let mut walk = Walk { lineage: Lineage::default(), seen: HashSet::new() };
    walk.column(plan, id);
    walk.lineage
}

struct Walk {
    lineage: Lineage,
    seen: HashSet<(usize, ColumnId)>,
}

impl Walk {
    fn columns(&mut self, plan: &Plan, ids: impl IntoIterator<Item = ColumnId>) {
        ids.into_iter().for_each(|id| self.column(plan, id));
    }

    fn expr(&mut self, input: &Plan, expr: &Expr) {
        self.lineage.from_constants |= expr.as_literal().is_some_and(|value| !value.is_null());
        self.columns(input, expr.columns());
    }

    fn column(&mut self, plan: &Plan, id: ColumnId) {
        if !self.seen.insert((std::ptr::from_ref(plan) as usize, id)) {
            return;
        }
        match &plan.node {
            Node::Scan { table, columns, .. } => {
                if let Some(kind) = plan.position(id).and_then(|place| columns.get(place)) {
                    self.lineage.origins.push(Origin { table: table.clone(), kind: kind.clone() });
                }
            }
            Node::Row { .. } => self.lineage.from_constants = true,
            Node::Union { inputs } => {
                if let Some(place) = plan.position(id) {
                    for input in inputs {
                        self.columns(input, input.output.get(place).map(|attribute| attribute.id));
                    }
                }
            }
            Node::Project { input, sources } => {
                self.columns(input, plan.position(id).and_then(|place| sources.get(place).copied()));
            }
            Node::Eval { input, fields } => {
                let definitions: HashMap<ColumnId, &Expr> =
                    fields.iter().map(|(attribute, expr)| (attribute.id, expr)).collect();
                self.definition(input, &definitions, id);
            }
            Node::Extract { input, operand, fields, .. } if fields.iter().any(|field| field.id == id) => {
                self.expr(input, operand);
            }
            Node::MvExpand { input, column, target } if target.id == id => self.column(input, *column),
            Node::InlineAggregate { fields, .. } if fields.iter().any(|(attribute, _)| attribute.id == id) => {
                // It reads the aggregates and keys of its own step.
                fields.iter().filter(|(own, _)| own.id == id).for_each(|(_, expr)| self.expr(plan, expr));
            }
            Node::Aggregate { input, aggregates, groups, .. }
            | Node::InlineAggregate { input, aggregates, groups, .. } => {
                if let Some((_, expr)) = groups.iter().find(|(attribute, _)| attribute.id == id) {
                    self.expr(input, expr);
                } else if let Some(call) = aggregates.iter().find(|call| call.output.id == id) {
                    call.inputs.iter().for_each(|expr| self.expr(input, expr));
                } else {
                    self.column(input, id);
                }
            }
            Node::Lookup { input, right, fields, .. } => {
                match fields.iter().find(|(attribute, _)| attribute.id == id) {
                    Some((_, column)) => self.column(right, *column),
                    None => self.column(input, id),
                }
            }
            Node::ChangePoint { value, kind, p_value, input, .. } if [kind.id, p_value.id].contains(&id) => {
                self.expr(input, value);
            }
            Node::Whole { input, operand, target, .. } if target.id == id => self.expr(input, operand),
            _ => plan.inputs().into_iter().for_each(|input| self.column(input, id)),
        }
    }

    /// A column of an EVAL, whose fields may read each other.
    fn definition(&mut self, input: &Plan, definitions: &HashMap<ColumnId, &Expr>, id: ColumnId) {
        let mut open = vec![id];
        let mut done = HashSet::new();
        while let Some(id) = open.pop() {
            if !done.insert(id) {
                continue;
            }
            match definitions.get(&id) {
                Some(expr) => {
                    self.lineage.from_constants |= expr.as_literal().is_some_and(|value| !value.is_null());
                    open.extend(expr.columns());
                }
                None => self.column(input, id),
            }
        }
    }
}

/// The steps from the last to the first, by the first input of each.
fn path(plan: &Plan) -> impl Iterator<Item = &Plan> {
    std::iter::successors(Some(plan), |plan| plan.inputs().into_iter().next())
}

/// Whether rows of the result stand for groups of rows.
#[must_use]
pub fn aggregates(plan: &Plan) -> bool {
    path(plan).any(|step| matches!(step.node, Node::Aggregate { .. }))
}

/// The places in the output of the keys that the last STATS grouped by, as far as they come out; `None` where
/// nothing is grouped.
#[must_use]
pub fn group_columns(plan: &Plan) -> Option<Vec<usize>> {
    let keys = path(plan).find_map(|step| match &step.node {
        Node::Aggregate { groups, .. } => Some((step, groups)),
        _ => None,
    });
    let (step, groups) = keys?;
    let is_key = |id: ColumnId| {
        passed_through(plan, step, id).is_some_and(|id| groups.iter().any(|(attribute, _)| attribute.id == id))
    };
    Some((0..plan.output.len()).filter(|place| is_key(plan.output[*place].id)).collect())
}

/// For each MV_EXPAND, where the column that it expanded comes out, if it does.
#[must_use]
pub fn expanded_columns(plan: &Plan) -> Vec<Option<usize>> {
    path(plan)
        .filter_map(|step| match &step.node {
            Node::MvExpand { target, .. } => Some((step, target.id)),
            _ => None,
        })
        .map(|(step, id)| plan.output.iter().position(|column| passed_through(plan, step, column.id) == Some(id)))
        .collect()
}

/// What the output column `id` of `plan` is called under `step`, where it only passes through all steps above.
fn passed_through(plan: &Plan, step: &Plan, id: ColumnId) -> Option<ColumnId> {
    let mut id = id;
    for at in path(plan) {
        if std::ptr::eq(at, step) {
            return at.position(id).map(|_| id);
        }
        match &at.node {
            Node::Project { sources, .. } => id = *sources.get(at.position(id)?)?,
            Node::Union { .. } => return None,
            _ => {}
        }
    }
    None
}

/// Whether rows come out in the order in which the documents of its one table came in.
#[must_use]
pub fn keeps_order(plan: &Plan) -> bool {
    match &plan.node {
        Node::Scan { .. } | Node::Window { .. } => true,
        Node::Filter { input, .. }
        | Node::Eval { input, .. }
        | Node::Project { input, .. }
        | Node::Extract { input, .. }
        | Node::MvExpand { input, .. }
        | Node::Lookup { input, .. }
        | Node::Limit { input, .. } => keeps_order(input),
        _ => false,
    }
}

/// Whether the plan gives rows though its tables have none.
#[must_use]
pub fn makes_rows(plan: &Plan) -> bool {
    match &plan.node {
        Node::Row { .. } => true,
        Node::Aggregate { groups, .. } => groups.is_empty() || plan.inputs().into_iter().any(makes_rows),
        _ => plan.inputs().into_iter().any(makes_rows),
    }
}
