//! A plan in words.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use quarry_types::{DataType, Value};

use crate::expression::{ColumnId, Expr, ExprKind};
use crate::plan::{Node, Plan};
use crate::scan::ScanColumnKind;

/// The steps in the order in which rows go through them: what is read first, the result last. Inputs of a union and
/// rows looked into are indented.
#[must_use]
pub fn explain(plan: &Plan) -> String {
    let mut names = HashMap::new();
    collect_names(plan, &mut names);
    let mut text = String::new();
    write_plan(plan, 0, &names, &mut text);
    text
}

/// What an optimised plan asks of its scans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What is read, one for each scan, with the number of columns.
    pub scans: Vec<(String, usize)>,
    /// Conditions that stand right above a scan: rows that fail them are not made into documents.
    pub pushed: usize,
    /// Conditions further up.
    pub later: usize,
    /// Whether a scan looks for literals before it parses.
    pub prefilter: bool,
}

/// What `plan` asks of its scans.
#[must_use]
pub fn reading(plan: &Plan) -> Reading {
    let mut reading = Reading::default();
    add_reading(plan, &mut reading);
    reading
}

fn add_reading(plan: &Plan, reading: &mut Reading) {
    match &plan.node {
        Node::Scan { table, columns, prefilter } => {
            reading.scans.push((table.describe(), columns.len()));
            reading.prefilter |= prefilter.as_ref().is_some_and(|prefilter| !prefilter.all.is_empty());
        }
        Node::Filter { input, conditions } if matches!(input.node, Node::Scan { .. }) => {
            reading.pushed += conditions.len();
        }
        Node::Filter { conditions, .. } => reading.later += conditions.len(),
        Node::Lookup { right, .. } => add_reading(right, reading),
        _ => {}
    }
    plan.inputs().into_iter().for_each(|input| add_reading(input, reading));
}

type Names = HashMap<ColumnId, String>;

fn collect_names(plan: &Plan, names: &mut Names) {
    for input in plan.inputs() {
        collect_names(input, names);
    }
    for attribute in &plan.output {
        names.insert(attribute.id, attribute.name.to_string());
    }
    if let Node::InlineAggregate { aggregates, groups, .. } = &plan.node {
        let made = aggregates.iter().map(|call| &call.output).chain(groups.iter().map(|(attribute, _)| attribute));
        names.extend(made.map(|attribute| (attribute.id, attribute.name.to_string())));
    }
    if let Node::Eval { fields, .. } = &plan.node {
        names.extend(fields.iter().map(|(attribute, _)| (attribute.id, attribute.name.to_string())));
    }
}

fn write_plan(plan: &Plan, depth: usize, names: &Names, text: &mut String) {
    let inputs = plan.inputs();
    let nested = inputs.len() > 1;
    for input in inputs {
        write_plan(input, depth + usize::from(nested), names, text);
    }
    let line = describe(plan, names);
    for (i, part) in line.lines().enumerate() {
        let indent = "  ".repeat(depth + usize::from(i > 0) * 2);
        let _ = writeln!(text, "{indent}{part}");
    }
}

fn describe(plan: &Plan, names: &Names) -> String {
    let list = |exprs: &mut dyn Iterator<Item = String>| exprs.collect::<Vec<_>>().join(", ");
    match &plan.node {
        Node::Scan { table, columns, prefilter } => {
            let columns: Vec<Cow<'_, str>> = columns.iter().map(column_name).collect();
            let mut line = format!("Scan {}\nreads {}", table.describe(), counted(&columns));
            for literals in prefilter.iter().flat_map(|prefilter| &prefilter.all) {
                let quoted: Vec<String> = literals.iter().map(|literal| format!("{literal:?}")).collect();
                let _ = write!(line, "\nparses only records that contain {}", quoted.join(" or "));
            }
            line
        }
        Node::Row { values } => format!("Row {}", list(&mut values.iter().map(|value| expression(value, names)))),
        Node::Union { inputs } => format!("Union of {} inputs", inputs.len()),
        Node::Filter { conditions, .. } => {
            format!("Filter {}", conditions.iter().map(|c| expression(c, names)).collect::<Vec<_>>().join("\nAND "))
        }
        Node::Window { times, .. } => {
            let times: Vec<&str> = times.iter().filter_map(|id| names.get(id)).map(String::as_str).collect();
            format!("Window of time by {}", times.join(", else "))
        }
        Node::Eval { fields, .. } => {
            let fields = fields.iter().map(|(a, expr)| format!("{} = {}", a.name, expression(expr, names)));
            format!("Eval {}", fields.collect::<Vec<_>>().join("\n"))
        }
        Node::Project { .. } => {
            let names: Vec<&str> = plan.output.iter().map(|attribute| &*attribute.name).collect();
            format!("Project {}", counted(&names))
        }
        Node::Extract { operand, extractor, .. } => {
            format!("{} of {}", extractor.describe(), expression(operand, names))
        }
        Node::Limit { count, implicit: false, .. } => format!("Limit {count}"),
        Node::Limit { count, implicit: true, .. } => format!("Limit {} (implicit)", count.saturating_sub(1)),
        Node::LimitBy { count, keys, .. } => {
            format!("Limit {count} by {}", list(&mut keys.iter().map(|key| expression(key, names))))
        }
        Node::Sort { keys, limit, .. } => {
            let keys = list(&mut keys.iter().map(|key| {
                let order = if key.descending { "DESC" } else { "ASC" };
                let nulls = if key.nulls_first { "NULLS FIRST" } else { "NULLS LAST" };
                format!("{} {order} {nulls}", expression(&key.expr, names))
            }));
            match limit {
                Some(limit) => format!("Top {limit} by {keys}"),
                None => format!("Sort by {keys}"),
            }
        }
        Node::Aggregate { aggregates, groups, .. } | Node::InlineAggregate { aggregates, groups, .. } => {
            let (inline, fields) = match &plan.node {
                Node::InlineAggregate { fields, .. } => ("Inline aggregate", fields.as_slice()),
                _ => ("Aggregate", &[][..]),
            };
            let aggregates = aggregates.iter().map(|call| {
                let filter = call.filter.as_ref().map(|f| format!(" WHERE {}", expression(f, names)));
                format!("{} = {}{}", call.output.name, call.site.source, filter.unwrap_or_default())
            });
            let made =
                fields.iter().map(|(attribute, expr)| format!("{} = {}", attribute.name, expression(expr, names)));
            let aggregates = list(&mut aggregates.chain(made));
            let groups = list(&mut groups.iter().map(|(attribute, _)| attribute.name.to_string()));
            if groups.is_empty() {
                format!("{inline} {aggregates}")
            } else {
                format!("{inline} {aggregates} by {groups}")
            }
        }
        Node::MvExpand { target, .. } => format!("Expand {}", target.name),
        Node::Lookup { right, expand, .. } => {
            let how = if *expand { "a row for each match" } else { "all matches in one row" };
            format!("Look up matching rows, {how}, in\n{}", explain(right).trim_end())
        }
        Node::Membership { right, .. } => {
            format!("Look up whether there is a matching row in\n{}", explain(right).trim_end())
        }
        Node::Sample { probability, .. } => format!("Sample {probability}"),
        Node::ChangePoint { .. } => "Find the change point".to_owned(),
        Node::Whole { .. } => "Compute grouping keys from all rows".to_owned(),
    }
}

/// Names on a line, or the first of very many.
fn counted(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 40;
    let columns = if names.len() == 1 { "column" } else { "columns" };
    let shown = names.iter().take(MOST).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    let more = if names.len() > MOST { format!(" and {} more", names.len() - MOST) } else { String::new() };
    format!("{} {columns}: {shown}{more}", names.len())
}

fn column_name(kind: &ScanColumnKind) -> Cow<'_, str> {
    let name = match kind {
        ScanColumnKind::Field(name) => name,
        ScanColumnKind::FirstOf(names) => return format!("the first of ({})", names.join(", ")).into(),
        ScanColumnKind::Id => "_id",
        ScanColumnKind::Index => "_index",
        ScanColumnKind::Version => "_version",
        ScanColumnKind::Source => "_source",
        ScanColumnKind::IndexMode => "_index_mode",
        ScanColumnKind::Absent => "(absent)",
    };
    name.into()
}

/// An expression with operators written as such.
fn expression(expr: &Expr, names: &Names) -> String {
    match &expr.kind {
        ExprKind::Column(id) => names.get(id).cloned().unwrap_or_else(|| format!("#{id}")),
        ExprKind::Literal(value) => literal(value, expr.data_type),
        ExprKind::Widen(operand) => format!("{}::{}", expression(operand, names), expr.data_type.name()),
        ExprKind::Call(call) => {
            let arguments: Vec<String> = call.arguments.iter().map(|a| expression(a, names)).collect();
            match (infix(call.function.name), arguments.as_slice()) {
                (Some(symbol), [a, b]) => format!("({a} {symbol} {b})"),
                (_, [a]) if call.function.name == "is_null" => format!("{a} IS NULL"),
                (_, [a]) if call.function.name == "is_not_null" => format!("{a} IS NOT NULL"),
                (_, [a]) if call.function.name == "not" => format!("NOT {a}"),
                (_, [a, rest @ ..]) if call.function.name == "in" => format!("{a} IN ({})", rest.join(", ")),
                _ => format!("{}({})", call.function.name.to_uppercase(), arguments.join(", ")),
            }
        }
    }
}

fn literal(value: &Value, data_type: DataType) -> String {
    match value {
        Value::String(text) if data_type.is_string() => format!("{text:?}"),
        other => other.to_string(),
    }
}

fn infix(name: &str) -> Option<&'static str> {
    Some(match name {
        "add" => "+",
        "sub" => "-",
        "mul" => "*",
        "div" => "/",
        "mod" => "%",
        "equals" => "==",
        "not_equals" => "!=",
        "less_than" => "<",
        "less_than_or_equal" => "<=",
        "greater_than" => ">",
        "greater_than_or_equal" => ">=",
        "and" => "AND",
        "or" => "OR",
        "like" => "LIKE",
        "rlike" => "RLIKE",
        _ => return None,
    })
}
