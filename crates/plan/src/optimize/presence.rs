//! Fields that a document must have for a condition to be true.

use std::collections::HashMap;

use quarry_types::Value;

use crate::expression::{Call, ColumnId, Expr, ExprKind};

/// The fields behind the columns of a scan.
pub(super) type Fields = HashMap<ColumnId, String>;

/// Fields of which a document must have one for `condition` to be true: none at all where it never is. `None` where nothing
/// is known.
pub(super) fn needed(condition: &Expr, fields: &Fields) -> Option<Vec<String>> {
    let call = match &condition.kind {
        ExprKind::Literal(Value::Boolean(false)) => return Some(Vec::new()),
        ExprKind::Call(call) => call,
        _ => return known(condition, fields),
    };
    match call.function.name {
        "or" => union(call.arguments.iter().map(|argument| needed(argument, fields))),
        "and" => fewest(call.arguments.iter().filter_map(|argument| needed(argument, fields))),
        "is_not_null" => known(call.arguments.first()?, fields),
        _ => known(condition, fields),
    }
}

/// Fields of which a document must have one for `expr` not to be null.
fn known(expr: &Expr, fields: &Fields) -> Option<Vec<String>> {
    match &expr.kind {
        ExprKind::Literal(Value::Null) => Some(Vec::new()),
        ExprKind::Literal(_) => None,
        ExprKind::Column(id) => fields.get(id).map(|field| vec![field.clone()]),
        ExprKind::Widen(inner) => known(inner, fields),
        ExprKind::Call(call) => known_call(call, fields),
    }
}

fn known_call(call: &Call, fields: &Fields) -> Option<Vec<String>> {
    let arguments = call.arguments.as_slice();
    match call.function.name {
        "coalesce" => union(arguments.iter().map(|argument| known(argument, fields))),
        "case" => union(results(arguments).map(|result| known(result, fields))),
        name if FIRST_DECIDES.contains(&name) => known(arguments.first()?, fields),
        name if ANY_DECIDES.contains(&name) => fewest(arguments.iter().filter_map(|argument| known(argument, fields))),
        _ => None,
    }
}

/// What CASE may give: what follows each condition, and what is left over.
fn results(arguments: &[Expr]) -> impl Iterator<Item = &Expr> {
    let pairs = arguments.chunks(2);
    pairs.map(|pair| &pair[pair.len() - 1])
}

/// Null where any argument is.
const ANY_DECIDES: &[&str] = &[
    "equals",
    "not_equals",
    "less_than",
    "less_than_or_equal",
    "greater_than",
    "greater_than_or_equal",
    "starts_with",
    "ends_with",
    "contains",
];

/// Null where the first argument is.
const FIRST_DECIDES: &[&str] =
    &["not", "in", "like", "rlike", "cidr_match", "to_lower", "to_upper", "to_string", "trim", "mv_count", "mv_first"];

fn union(all: impl Iterator<Item = Option<Vec<String>>>) -> Option<Vec<String>> {
    let mut together = Vec::new();
    for fields in all {
        for field in fields? {
            if !together.contains(&field) {
                together.push(field);
            }
        }
    }
    Some(together)
}

/// What says the most.
fn fewest(all: impl Iterator<Item = Vec<String>>) -> Option<Vec<String>> {
    all.min_by_key(Vec::len)
}
