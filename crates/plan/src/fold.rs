//! Constants computed before the first row.

use quarry_functions::{Context, Settings, Warnings};
use quarry_types::{Column, DataType, Value};

use crate::expression::{Call, CallEvaluation, Expr, ExprKind};

/// The value of an expression that reads no columns. `None` where it reads some, or where computing it warns: the
/// warning then belongs to the run.
#[must_use]
pub fn constant(expr: &Expr, settings: &Settings) -> Option<Value> {
    match &expr.kind {
        ExprKind::Column(_) => None,
        ExprKind::Literal(value) => Some(value.clone()),
        ExprKind::Widen(operand) => Some(widen(&constant(operand, settings)?, expr.data_type)),
        ExprKind::Call(call) => call_constant(call, settings),
    }
}

fn call_constant(call: &Call, settings: &Settings) -> Option<Value> {
    if settings.moving_clock && call.function.name == "now" {
        return None;
    }
    match &call.evaluation {
        CallEvaluation::Kernel(kernel) => {
            let columns: Vec<Column> = call
                .arguments
                .iter()
                .map(|argument| Some(Column::constant(argument.data_type, &constant(argument, settings)?, 1)))
                .collect::<Option<_>>()?;
            let mut warnings = Warnings::default();
            let mut context = Context { rows: 1, site: &call.site, warnings: &mut warnings, settings };
            let column = kernel(&mut context, &columns);
            warnings.is_empty().then(|| column.value(0))
        }
        CallEvaluation::Case => {
            let mut pairs = call.arguments.chunks(2);
            for pair in &mut pairs {
                match pair {
                    [condition, value] => match constant(condition, settings)? {
                        Value::Boolean(true) => return constant(value, settings),
                        Value::List(_) => return None,
                        _ => {}
                    },
                    [otherwise] => return constant(otherwise, settings),
                    _ => return None,
                }
            }
            Some(Value::Null)
        }
        CallEvaluation::Coalesce => {
            for argument in &call.arguments {
                let value = constant(argument, settings)?;
                if !value.is_null() {
                    return Some(value);
                }
            }
            Some(Value::Null)
        }
    }
}

/// The same expression with every constant part computed, and AND, OR and CASE cut short by constant conditions.
#[must_use]
pub fn fold(expr: &Expr, settings: &Settings) -> Expr {
    if let Some(value) = constant(expr, settings) {
        return Expr::literal(expr.data_type, value);
    }
    let kind = match &expr.kind {
        ExprKind::Widen(operand) => ExprKind::Widen(Box::new(fold(operand, settings))),
        ExprKind::Call(call) => {
            let arguments: Vec<Expr> = call.arguments.iter().map(|argument| fold(argument, settings)).collect();
            if let Some(short) = shortcut(call, &arguments) {
                return short;
            }
            ExprKind::Call(Box::new(Call { arguments, ..(**call).clone() }))
        }
        other => other.clone(),
    };
    Expr { kind, data_type: expr.data_type }
}

fn shortcut(call: &Call, arguments: &[Expr]) -> Option<Expr> {
    let boolean = |expr: &Expr| match expr.as_literal() {
        Some(Value::Boolean(value)) => Some(*value),
        _ => None,
    };
    match (call.function.name, arguments) {
        ("and", [a, b]) => match (boolean(a), boolean(b)) {
            (Some(false), _) | (_, Some(false)) => Some(Expr::literal(DataType::Boolean, Value::Boolean(false))),
            (Some(true), _) => Some(b.clone()),
            (_, Some(true)) => Some(a.clone()),
            _ => None,
        },
        ("or", [a, b]) => match (boolean(a), boolean(b)) {
            (Some(true), _) | (_, Some(true)) => Some(Expr::literal(DataType::Boolean, Value::Boolean(true))),
            (Some(false), _) => Some(b.clone()),
            (_, Some(false)) => Some(a.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// A number or date in a wider type; other values unchanged.
#[must_use]
pub fn widen(value: &Value, to: DataType) -> Value {
    match (value, to) {
        (Value::List(values), _) => Value::List(values.iter().map(|value| widen(value, to)).collect()),
        (Value::Integer(n), DataType::Long) => Value::Long(i64::from(*n)),
        (Value::Integer(n), DataType::Double) => Value::Double(f64::from(*n)),
        (Value::Long(n), DataType::Double) => Value::Double(*n as f64),
        (Value::Date(ms), DataType::DateNanos) => ms.checked_mul(1_000_000).map_or(Value::Null, Value::DateNanos),
        (other, _) => other.clone(),
    }
}
