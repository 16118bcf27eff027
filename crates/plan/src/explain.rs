//! A plan in words.

use std::collections::HashMap;
use std::fmt::Write;

use quarry_types::{DataType, Value};

use crate::expression::{ColumnId, Expr, ExprKind};
use crate::plan::{Node, Plan};
use crate::scan::ScanColumnKind;

/// One line for each step, the last one first, inputs indented below.
#[must_use]
pub fn explain(plan: &Plan) -> String {
    let mut names = HashMap::new();
    collect_names(plan, &mut names);
    let mut text = String::new();
    write_plan(plan, 0, &names, &mut text);
    text
}

type Names = HashMap<ColumnId, String>;

fn collect_names(plan: &Plan, names: &mut Names) {
    for input in plan.inputs() {
        collect_names(input, names);
    }
    for attribute in &plan.output {
        names.insert(attribute.id, attribute.name.to_string());
    }
    if let Node::Eval { fields, .. } = &plan.node {
        names.extend(fields.iter().map(|(attribute, _)| (attribute.id, attribute.name.to_string())));
    }
}

fn write_plan(plan: &Plan, depth: usize, names: &Names, text: &mut String) {
    let line = describe(plan, names);
    for (i, part) in line.lines().enumerate() {
        let indent = "  ".repeat(depth + usize::from(i > 0) * 2);
        let _ = writeln!(text, "{indent}{part}");
    }
    for input in plan.inputs() {
        write_plan(input, depth + 1, names, text);
    }
}

fn describe(plan: &Plan, names: &Names) -> String {
    let list = |exprs: &mut dyn Iterator<Item = String>| exprs.collect::<Vec<_>>().join(", ");
    match &plan.node {
        Node::Scan { columns, prefilter, .. } => {
            let columns: Vec<&str> = columns.iter().map(column_name).collect();
            let mut line = format!("Scan reads {} columns: {}", columns.len(), columns.join(", "));
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
        Node::Eval { fields, .. } => {
            let fields = fields.iter().map(|(a, expr)| format!("{} = {}", a.name, expression(expr, names)));
            format!("Eval {}", fields.collect::<Vec<_>>().join("\n"))
        }
        Node::Project { .. } => {
            format!("Project {}", list(&mut plan.output.iter().map(|attribute| attribute.name.to_string())))
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
            let inline =
                if matches!(plan.node, Node::InlineAggregate { .. }) { "Inline aggregate" } else { "Aggregate" };
            let aggregates = list(&mut aggregates.iter().map(|call| {
                let filter = call.filter.as_ref().map(|f| format!(" WHERE {}", expression(f, names)));
                format!("{} = {}{}", call.output.name, call.site.source, filter.unwrap_or_default())
            }));
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

fn column_name(kind: &ScanColumnKind) -> &str {
    match kind {
        ScanColumnKind::Field(name) => name,
        ScanColumnKind::Id => "_id",
        ScanColumnKind::Index => "_index",
        ScanColumnKind::Version => "_version",
        ScanColumnKind::Source => "_source",
        ScanColumnKind::Absent => "(absent)",
    }
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
