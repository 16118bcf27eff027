//! Why a condition isn't true, in words.

use quarry::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use quarry::{DataType, Value};

use super::condition::{Condition, Operand, Truth};
use super::{hint, reads};

/// The clause that says why, and hints.
pub(super) fn why(expr: &Expr, condition: &Condition) -> (String, Vec<String>) {
    match &expr.kind {
        ExprKind::Paren(inner) => why(inner, condition),
        ExprKind::Binary { op: BinaryOp::Or, .. } => ("no side of the OR is true".to_owned(), Vec::new()),
        ExprKind::Binary { op: BinaryOp::And, .. } => {
            let failing = condition.parts.iter().filter(|part| part.truth != Truth::True).count();
            let all = condition.parts.len();
            let text = match failing {
                1 => format!("1 of the {all} conditions joined by AND isn't true"),
                failing if failing == all => format!("none of the {all} conditions joined by AND is true"),
                failing => format!("{failing} of the {all} conditions joined by AND aren't true"),
            };
            (text, Vec::new())
        }
        ExprKind::Unary { op: UnaryOp::Not, operand } => not(operand, condition),
        _ => leaf(expr, condition),
    }
}

fn not(operand: &Expr, condition: &Condition) -> (String, Vec<String>) {
    let inner = condition.parts.first();
    if let Some(inner) = inner.filter(|inner| inner.truth == Truth::True) {
        let values = true_leaf(inner).and_then(listed).map(|values| format!(": {values}")).unwrap_or_default();
        return (format!("what NOT negates is true{values}"), Vec::new());
    }
    let absent = inner.and_then(null_operand).map(|operand| format!("{}, so ", is_null(operand)));
    let reason = format!("{}NOT of null is null, and null lets no row through", absent.unwrap_or_default());
    let hints = reads::expression(operand)
        .first()
        .map(|name| format!("to let rows without the field through, add OR {name} IS NULL"))
        .into_iter()
        .collect();
    (reason, hints)
}

fn leaf(expr: &Expr, condition: &Condition) -> (String, Vec<String>) {
    if let ExprKind::IsNull { negated, .. } = &expr.kind {
        let what = condition.operands.first();
        return match (negated, what) {
            (true, Some(operand)) => (is_null(operand), Vec::new()),
            (false, Some(operand)) => (format!("{} has a value: {}", operand.text, literal(operand)), Vec::new()),
            (_, None) => ("it is not true".to_owned(), Vec::new()),
        };
    }
    if condition.truth == Truth::Unknown {
        return ("this part can't be evaluated by itself".to_owned(), Vec::new());
    }
    if condition.truth == Truth::Null {
        return null(condition);
    }
    match &expr.kind {
        ExprKind::Binary { op, left, right, .. } => compared(*op, left, right, condition),
        ExprKind::Like { regex, negated: false, patterns, .. } => {
            let Some(operand) = condition.operands.first() else { return (String::new(), Vec::new()) };
            let hints = elements(operand)
                .flat_map(|value| {
                    patterns
                        .iter()
                        .filter_map(move |pattern| hint::pattern_miss(value, reads::string(pattern)?, *regex))
                })
                .take(1)
                .collect();
            (format!("{}, which doesn't match", is(operand)), hints)
        }
        ExprKind::In { negated: false, list, .. } => {
            let Some(operand) = condition.operands.first() else { return (String::new(), Vec::new()) };
            let hints = elements(operand)
                .flat_map(|value| list.iter().filter_map(move |item| hint::near_miss(value, reads::string(item)?)))
                .take(1)
                .collect();
            (format!("{}, which isn't in the list", is(operand)), hints)
        }
        ExprKind::InSubquery { negated: false, .. } => {
            let values = listed(condition).unwrap_or_else(|| "it is false".to_owned());
            (values + ", which the query in parentheses doesn't give", Vec::new())
        }
        ExprKind::InSubquery { negated: true, .. } => {
            let values = listed(condition).unwrap_or_else(|| "it is false".to_owned());
            (values + ", which the query in parentheses gives, and NOT excludes", Vec::new())
        }
        ExprKind::Like { negated: true, .. } | ExprKind::In { negated: true, .. } => {
            (listed(condition).unwrap_or_else(|| "it is false".to_owned()) + ", which is what NOT excludes", Vec::new())
        }
        _ => match listed(condition) {
            Some(values) if reads::function(expr).is_some() => {
                let name = reads::function(expr).unwrap_or_default();
                (format!("{name} gives false: {values}"), Vec::new())
            }
            Some(values) => (values, Vec::new()),
            None => ("it is false".to_owned(), Vec::new()),
        },
    }
}

/// A comparison that came out false.
fn compared(op: BinaryOp, left: &Expr, right: &Expr, condition: &Condition) -> (String, Vec<String>) {
    let by_place = |expr: &Expr| condition.operands.iter().find(|operand| operand.span == expr.span);
    let (a, b) = (by_place(left), by_place(right));
    let phrase = match op {
        BinaryOp::Equal => "not",
        BinaryOp::NotEqual => "and so is",
        BinaryOp::Less => "not less than",
        BinaryOp::LessOrEqual => "more than",
        BinaryOp::Greater => "not more than",
        BinaryOp::GreaterOrEqual => "less than",
        _ => "not as wanted beside",
    };
    match (a, b) {
        (Some(a), Some(b)) if op == BinaryOp::NotEqual => {
            (format!("both are {}: {} and {}", literal(a), a.text, b.text), Vec::new())
        }
        (Some(a), Some(b)) => {
            let hints = texts_hint(op, a, b.value.as_str());
            (format!("{}, {phrase} {} (which is {})", is(a), b.text, literal(b)), hints)
        }
        (Some(one), None) => constant(op, phrase, one, right),
        (None, Some(one)) if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) => constant(op, phrase, one, left),
        (None, Some(one)) => (is(one), Vec::new()),
        (None, None) => ("it is false".to_owned(), Vec::new()),
    }
}

fn constant(op: BinaryOp, phrase: &str, operand: &Operand, constant: &Expr) -> (String, Vec<String>) {
    if op == BinaryOp::NotEqual {
        return (format!("{}, which is what != excludes", is(operand)), Vec::new());
    }
    let written = super::render::constant(constant);
    (format!("{}, {phrase} {written}", is(operand)), texts_hint(op, operand, reads::string(constant)))
}

fn texts_hint(op: BinaryOp, operand: &Operand, expected: Option<&str>) -> Vec<String> {
    if op != BinaryOp::Equal {
        return Vec::new();
    }
    let Some(expected) = expected else { return Vec::new() };
    elements(operand).filter_map(|value| hint::near_miss(value, expected)).take(1).collect()
}

/// A condition that came out null.
fn null(condition: &Condition) -> (String, Vec<String>) {
    if let Some(list) = condition.operands.iter().find(|operand| matches!(operand.value, Value::List(_))) {
        let count = list.value.elements().len();
        let reason = format!(
            "{} has {count} values ({}), and comparing a list gives null, so the row is dropped",
            list.text,
            literal(list)
        );
        return (
            reason,
            vec![format!(
                "MV_CONTAINS({}, ..) asks whether one of them is the value, MV_EXPAND makes a row of each",
                list.text
            )],
        );
    }
    match condition.operands.iter().find(|operand| operand.value.is_null()) {
        Some(operand) => {
            (format!("{}, so the condition is null, and null lets no row through", is_null(operand)), Vec::new())
        }
        None => ("it is null, and null lets no row through".to_owned(), Vec::new()),
    }
}

/// The first part of a true condition that has no parts and is true.
fn true_leaf(condition: &Condition) -> Option<&Condition> {
    if condition.parts.is_empty() {
        return Some(condition);
    }
    condition.parts.iter().filter(|part| part.truth == Truth::True).find_map(true_leaf)
}

/// What is null in a condition or in its parts.
fn null_operand(condition: &Condition) -> Option<&Operand> {
    condition
        .operands
        .iter()
        .find(|operand| operand.value.is_null())
        .or_else(|| condition.parts.iter().find_map(null_operand))
}

fn is_null(operand: &Operand) -> String {
    if let Some(origin) = &operand.origin {
        if origin.is_empty() {
            return format!("{} is null", operand.text);
        }
        return format!("{} is null, since {origin}", operand.text);
    }
    if operand.is_column { format!("{} is absent", operand.text) } else { format!("{} is null", operand.text) }
}

fn is(operand: &Operand) -> String {
    if operand.value.is_null() {
        return is_null(operand);
    }
    format!("{} is {}", operand.text, literal(operand))
}

fn listed(condition: &Condition) -> Option<String> {
    let values: Vec<String> = condition.operands.iter().map(is).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn literal(operand: &Operand) -> String {
    super::render::value(&operand.value, operand.data_type)
}

/// The texts among an operand's values.
fn elements(operand: &Operand) -> impl Iterator<Item = &str> {
    let texts = if operand.data_type == DataType::Source { &[] } else { operand.value.elements() };
    texts.iter().filter_map(Value::as_str)
}

/// The text that an equality wants, and the column that should have it.
pub(super) fn wanted(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Paren(inner) => wanted(inner),
        ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } => {
            reads::string(right).or_else(|| reads::string(left))
        }
        _ => None,
    }
}
