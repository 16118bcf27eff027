use quarry::syntax::ast::{Command, CommandKind, Field};

use super::Cell;
use super::probe::Rows;

/// Groups shown of a STATS.
const MOST_GROUPS: usize = 10;

/// A group of STATS, and what the events give it.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The key; empty where there is no BY.
    pub key: Vec<Cell>,
    /// The aggregates.
    pub aggregates: Vec<Cell>,
}

/// The groups that came out of a STATS.
pub(super) fn groups(command: &Command, out: &Rows) -> Vec<Group> {
    let CommandKind::Stats { aggregates, groups, .. } = &command.kind else { return Vec::new() };
    let aggregates: Vec<String> = aggregates.iter().map(|aggregate| column(&aggregate.field)).collect();
    let keys: Vec<String> = groups.iter().map(column).collect();
    let cells = |row: usize, names: &[String]| -> Vec<Cell> {
        let value = |name: &String| {
            let column = out.columns.iter().position(|column| column.name == *name)?;
            Some(Cell::of(&out.columns[column], out.rows.get(row)?.get(column)?))
        };
        names.iter().filter_map(value).collect()
    };
    (0..out.rows.len().min(MOST_GROUPS))
        .map(|row| Group { key: cells(row, &keys), aggregates: cells(row, &aggregates) })
        .collect()
}

/// The name of the column that a field makes.
pub(super) fn column(field: &Field) -> String {
    match &field.name {
        Some(name) => name.text().unwrap_or_default(),
        None => match &field.expr.kind {
            quarry::syntax::ast::ExprKind::Name(name) => name.text().unwrap_or_default(),
            _ => quarry::syntax::print_expression(&field.expr),
        },
    }
}
