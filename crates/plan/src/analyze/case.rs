//! The arguments of CASE.

use quarry_diagnostics::{Code, Span};
use quarry_types::{DataType, Value};

use super::Analyzer;
use super::mismatch::ordinal;
use super::signature::{Match, widened};
use crate::expression::Expr;

impl Analyzer<'_> {
    /// CASE: conditions and values alternate; the values agree on a type.
    pub(super) fn match_case(&mut self, values: Vec<Expr>, spans: &[Span], span: Span) -> Option<Match> {
        if values.len() < 2 {
            self.error(
                Code::WRONG_ARITY,
                span,
                "error building [case]: function [case] expects at least two arguments",
            );
            return None;
        }
        let values = as_unsigned(values);
        let is_value = |i: usize| i % 2 == 1 || i + 1 == values.len();
        let mut returns = DataType::Null;
        for (i, value) in values.iter().enumerate() {
            if is_value(i) {
                let Some(common) = returns.common(value.data_type) else {
                    let message = format!(
                        "{} argument of [{}] must be [{}], found value [{}] type [{}]",
                        ordinal(i),
                        self.source(span),
                        returns.message_name(),
                        self.source(spans[i]),
                        value.data_type.message_name()
                    );
                    self.error(Code::TYPE_MISMATCH, span, message);
                    return None;
                };
                returns = common;
            } else if !matches!(value.data_type, DataType::Boolean | DataType::Null) {
                let message = format!(
                    "{} argument of [{}] must be [boolean], found value [{}] type [{}]",
                    ordinal(i),
                    self.source(span),
                    self.source(spans[i]),
                    value.data_type.message_name()
                );
                self.error(Code::TYPE_MISMATCH, span, message);
                return None;
            }
        }
        let last = values.len() - 1;
        let returns = returns.without_text();
        let arguments = values
            .into_iter()
            .enumerate()
            .map(|(i, value)| if i % 2 == 1 || i == last { widened(value, returns) } else { value })
            .collect();
        Some(Match { arguments, returns })
    }
}

/// Where a value is an unsigned_long, whole constants that could be one are: they have no type that they must keep.
fn as_unsigned(values: Vec<Expr>) -> Vec<Expr> {
    if values.iter().all(|value| value.data_type != DataType::UnsignedLong) {
        return values;
    }
    let unsigned = |value: &Expr| match value.as_literal()? {
        Value::Integer(number) => u64::try_from(*number).ok(),
        Value::Long(number) => u64::try_from(*number).ok(),
        _ => None,
    };
    values
        .into_iter()
        .map(|value| match unsigned(&value) {
            Some(number) => Expr::literal(DataType::UnsignedLong, Value::UnsignedLong(number)),
            None => value,
        })
        .collect()
}
