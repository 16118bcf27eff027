//! Constants and parameters.

use quarry_diagnostics::{Code, Span, did_you_mean};
use quarry_syntax::ast::{Literal, Param, ParamKind, TimeUnit};
use quarry_types::{DataType, Period, Value};

use super::Analyzer;
use crate::expression::Expr;

impl Analyzer<'_> {
    pub(super) fn literal(&mut self, literal: &Literal, span: Span) -> Expr {
        match value(literal) {
            Some((data_type, value)) => Expr::literal(data_type, value),
            None => {
                self.error(Code::BAD_NUMBER, span, format!("Number [{}] outside of range", span.text(self.text)));
                Expr::null()
            }
        }
    }

    pub(super) fn param(&mut self, param: &Param) -> Expr {
        match self.param_value(param) {
            Some(value) => Expr::literal(type_of(&value), value),
            None => Expr::null(),
        }
    }

    /// The value of a parameter, or an error that it isn't given.
    pub(super) fn param_value(&mut self, param: &Param) -> Option<Value> {
        let parameters = self.environment.parameters;
        let (value, message) = match &param.kind {
            ParamKind::Anonymous(index) => {
                let given = parameters.positional.len();
                (parameters.positional.get(*index as usize), format!("Not enough actual parameters {given}"))
            }
            ParamKind::Position(position) => {
                let value = position.checked_sub(1).and_then(|index| parameters.positional.get(index as usize));
                (value, format!("No parameter is defined for position {position}"))
            }
            ParamKind::Named(name) => {
                let similar = did_you_mean(name, parameters.named.keys().map(String::as_str));
                let message = format!("Unknown query parameter [{name}]{}", super::suggestion(&similar));
                (parameters.named.get(name), message)
            }
        };
        if value.is_none() {
            self.error(Code::BAD_PARAMETER, param.span, message);
        }
        value.cloned()
    }
}

/// The type and value of a literal; `None` where a span of time overflows.
fn value(literal: &Literal) -> Option<(DataType, Value)> {
    Some(match literal {
        Literal::Null => (DataType::Null, Value::Null),
        Literal::Boolean(b) => (DataType::Boolean, Value::Boolean(*b)),
        Literal::Integer(n) => (DataType::Integer, Value::Integer(*n)),
        Literal::Long(n) => (DataType::Long, Value::Long(*n)),
        Literal::UnsignedLong(n) => (DataType::UnsignedLong, Value::UnsignedLong(*n)),
        Literal::Double(n) => (DataType::Double, Value::Double(*n)),
        Literal::String(text) => (DataType::Keyword, Value::String(text.clone())),
        Literal::TimeSpan { amount, unit } => span_value(*amount, *unit)?,
        Literal::Array(elements) => {
            let mut data_type = DataType::Null;
            let mut values = Vec::with_capacity(elements.len());
            for element in elements {
                let (element_type, element) = value(element)?;
                data_type = data_type.common(element_type)?;
                values.push(element);
            }
            let values = values.iter().map(|value| crate::fold::widen(value, data_type)).collect();
            (data_type, Value::from_elements(values))
        }
    })
}

fn span_value(amount: i64, unit: TimeUnit) -> Option<(DataType, Value)> {
    let duration = |millis: i64| Some((DataType::TimeDuration, Value::TimeDuration(amount.checked_mul(millis)?)));
    let period = |months: i64, days: i64| {
        let period = Period { months: amount.checked_mul(months)?, days: amount.checked_mul(days)? };
        Some((DataType::DatePeriod, Value::DatePeriod(period)))
    };
    match unit {
        TimeUnit::Millisecond => duration(1),
        TimeUnit::Second => duration(1000),
        TimeUnit::Minute => duration(60_000),
        TimeUnit::Hour => duration(3_600_000),
        TimeUnit::Day => period(0, 1),
        TimeUnit::Week => period(0, 7),
        TimeUnit::Month => period(1, 0),
        TimeUnit::Quarter => period(3, 0),
        TimeUnit::Year => period(12, 0),
    }
}

/// The type that a parameter's value has.
pub(super) fn type_of(value: &Value) -> DataType {
    match value {
        Value::Null => DataType::Null,
        Value::Boolean(_) => DataType::Boolean,
        Value::Integer(_) => DataType::Integer,
        Value::Long(_) => DataType::Long,
        Value::UnsignedLong(_) => DataType::UnsignedLong,
        Value::Double(_) => DataType::Double,
        Value::String(_) => DataType::Keyword,
        Value::Date(_) => DataType::Date,
        Value::DateNanos(_) => DataType::DateNanos,
        Value::Ip(_) => DataType::Ip,
        Value::DatePeriod(_) => DataType::DatePeriod,
        Value::TimeDuration(_) => DataType::TimeDuration,
        Value::List(values) => values.first().map_or(DataType::Null, type_of),
    }
}
