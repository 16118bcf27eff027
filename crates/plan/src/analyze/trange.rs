//! TRANGE: a condition on `@timestamp` made of constants.

use quarry_diagnostics::{Code, Span};
use quarry_functions::ScalarFunction;
use quarry_syntax::ast::Expr as Ast;
use quarry_types::{DataType, Value};

use super::Analyzer;
use super::signature::Coercion;
use crate::expression::Expr;

impl Analyzer<'_> {
    pub(super) fn trange(&mut self, function: &'static ScalarFunction, args: &[Ast], span: Span) -> Expr {
        let values: Vec<Expr> = args.iter().map(|arg| self.expr(arg)).collect();
        let spans: Vec<Span> = args.iter().map(|arg| arg.span).collect();
        let (name, signatures, parameters) = (function.name, function.signatures, function.parameters);
        let matched = self.match_signature(name, signatures, parameters, Coercion::None, values, &spans, span);
        let (Some(matched), Some(timestamp)) = (matched, self.resolve("@timestamp", span)) else {
            return Expr::literal(DataType::Boolean, Value::Null);
        };
        let mut ends = Vec::with_capacity(2);
        for (argument, at) in matched.arguments.iter().zip(&spans) {
            match self.constant_of(argument) {
                Some(Value::Null) => return Expr::literal(DataType::Boolean, Value::Null),
                Some(value) => ends.extend(self.instant(&value, *at)),
                None => {
                    let message = format!(
                        "argument of [{}] must be a constant, received [{}]",
                        self.source(span),
                        self.source(*at)
                    );
                    self.error(Code::BAD_LITERAL, *at, message);
                }
            }
        }
        if ends.len() < matched.arguments.len() {
            return Expr::literal(DataType::Boolean, Value::Null);
        }
        ends.resize(2, i128::from(self.settings.now_millis) * NANOS);
        if ends[0] > ends[1] {
            let message = format!("TRANGE start must not be after its end in [{}]", self.source(span));
            self.error(Code::BAD_LITERAL, span, message);
        }
        let column = Expr::column(&timestamp);
        let mut compared = |operator, nanos| {
            let bound = bound(nanos, timestamp.data_type);
            self.build_operator(operator, vec![column.clone(), bound], &[span, span], span)
        };
        let (after, until) = (compared("greater_than", ends[0]), compared("less_than_or_equal", ends[1]));
        self.build_operator("and", vec![after, until], &[span, span], span)
    }

    /// A point in time, in nanoseconds.
    fn instant(&mut self, value: &Value, at: Span) -> Option<i128> {
        let now = self.settings.now_millis;
        Some(match value {
            Value::Long(ms) | Value::Date(ms) => i128::from(*ms) * NANOS,
            Value::DateNanos(ns) => i128::from(*ns),
            Value::TimeDuration(ms) => i128::from(now.saturating_sub(*ms)) * NANOS,
            Value::DatePeriod(period) => {
                let back = quarry_types::Period { months: -period.months, days: -period.days };
                let start = quarry_functions::time::add_period(now, back, &self.settings.zone);
                i128::from(start.unwrap_or(i64::MIN)) * NANOS
            }
            Value::String(text) => {
                match quarry_functions::literal::convert_string(text, DataType::Date, &self.settings.zone) {
                    Ok(Value::Date(ms)) => i128::from(ms) * NANOS,
                    Ok(_) => return None,
                    Err(message) => {
                        self.error(Code::BAD_LITERAL, at, message);
                        return None;
                    }
                }
            }
            _ => return None,
        })
    }
}

const NANOS: i128 = 1_000_000;

/// A constant of the type of `@timestamp`; null where that can't hold it.
fn bound(nanos: i128, data_type: DataType) -> Expr {
    let value = match data_type {
        DataType::DateNanos => i64::try_from(nanos).map(Value::DateNanos),
        _ => i64::try_from(nanos.div_euclid(NANOS)).map(Value::Date),
    };
    let data_type = if data_type == DataType::DateNanos { data_type } else { DataType::Date };
    Expr::literal(data_type, value.unwrap_or(Value::Null))
}
