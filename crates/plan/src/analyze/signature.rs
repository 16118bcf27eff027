//! Signatures: the one that fits the arguments of a call, and the arguments as it wants them.

use quarry_diagnostics::{Code, Span};
use quarry_functions::{Parameter, Returns, Signature};
use quarry_types::{DataType, Value};

use super::Analyzer;
use super::mismatch::expected_arguments;
use crate::expression::{Expr, ExprKind};
use crate::fold;

/// What the arguments of a call fit.
pub(super) struct Match {
    pub(super) arguments: Vec<Expr>,
    pub(super) returns: DataType,
}

/// How far string literals are converted where they meet another type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Coercion {
    /// To dates, addresses, versions and booleans.
    Operators,
    /// To spans and numbers too.
    Functions,
    /// Not at all.
    None,
}

impl Analyzer<'_> {
    /// Finds the first signature that fits, converting string literals and widening numbers as it says.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn match_signature(
        &mut self,
        name: &str,
        signatures: &[Signature],
        parameters: &[Parameter],
        coercion: Coercion,
        values: Vec<Expr>,
        spans: &[Span],
        span: Span,
    ) -> Option<Match> {
        let fitting: Vec<&Signature> = signatures.iter().filter(|s| s.accepts_count(values.len())).collect();
        if fitting.is_empty() {
            let message = format!(
                "error building [{name}]: function [{name}] expects {}",
                expected_arguments(signatures, parameters.len())
            );
            self.error(Code::WRONG_ARITY, span, message);
            return None;
        }
        let exact = fitting.iter().find(|signature| {
            values.iter().enumerate().all(|(i, v)| signature.parameter(i).is_some_and(|set| set.accepts(v.data_type)))
                && (!signature.unify || unified_type(signature, &values).is_some())
        });
        if let Some(signature) = exact {
            return Some(finish_match(signature, values));
        }
        if coercion != Coercion::None {
            let mut reason = None;
            for signature in &fitting {
                match coerce(signature, &values, coercion, &self.settings) {
                    Ok(Some(coerced)) if !signature.unify || unified_type(signature, &coerced).is_some() => {
                        return Some(finish_match(signature, coerced));
                    }
                    Ok(_) => {}
                    Err(message) => reason = reason.or(Some(message)),
                }
            }
            if let Some(message) = reason {
                self.error(Code::BAD_LITERAL, span, message);
                return None;
            }
        }
        let message = self.mismatch(name, &fitting, &values, spans, span);
        self.error(Code::TYPE_MISMATCH, span, message);
        None
    }
}

/// The type that the arguments of a unifying signature agree on. Only arguments whose parameter accepts several types
/// take part.
fn unified_type(signature: &Signature, values: &[Expr]) -> Option<DataType> {
    values
        .iter()
        .enumerate()
        .filter(|(i, _)| signature.parameter(*i).is_some_and(|set| set.types().nth(1).is_some()))
        .try_fold(DataType::Null, |common, (_, value)| common.common(value.data_type))
}

fn finish_match(signature: &Signature, values: Vec<Expr>) -> Match {
    let unified = signature.unify.then(|| unified_type(signature, &values)).flatten();
    let arguments: Vec<Expr> = values
        .into_iter()
        .enumerate()
        .map(|(i, value)| match (unified, signature.parameter(i)) {
            (Some(target), Some(set)) if set.types().nth(1).is_some() => widened(value, target),
            _ => value,
        })
        .collect();
    let types: Vec<DataType> = arguments.iter().map(|argument| argument.data_type).collect();
    let returns = match signature.returns {
        Returns::Always(data_type) => data_type,
        Returns::Argument(i) => types.get(i).copied().unwrap_or(DataType::Null).without_text(),
        Returns::Common(from) => {
            types.iter().skip(from).fold(DataType::Null, |common, t| common.common(*t).unwrap_or(common)).without_text()
        }
        Returns::With(f) => f(&types),
    };
    Match { arguments, returns }
}

/// The expression as `target`; text and keyword are the same to the engine.
pub(super) fn widened(value: Expr, target: DataType) -> Expr {
    let same = value.data_type == target || value.data_type == DataType::Null || target == DataType::Null;
    if same || (value.data_type.is_string() && target.is_string()) {
        return value;
    }
    if let Some(literal) = value.as_literal() {
        return Expr::literal(target, fold::widen(literal, target));
    }
    Expr { kind: ExprKind::Widen(Box::new(value)), data_type: target }
}

/// The arguments with string literals converted to what the signature wants; `None` where one doesn't fit anyway.
fn coerce(
    signature: &Signature,
    values: &[Expr],
    coercion: Coercion,
    settings: &quarry_functions::Settings,
) -> Result<Option<Vec<Expr>>, String> {
    let mut coerced = Vec::with_capacity(values.len());
    // Where other arguments have a type, a literal takes that one.
    let typed = values
        .iter()
        .enumerate()
        .filter(|(i, v)| {
            literal_text(v).is_none() && signature.parameter(*i).is_some_and(|set| set.accepts(v.data_type))
        })
        .map(|(_, v)| v.data_type)
        .find(|t| *t != DataType::Null);
    let mut changes = false;
    for (i, value) in values.iter().enumerate() {
        let Some(set) = signature.parameter(i) else { return Ok(None) };
        if set.accepts(value.data_type) {
            coerced.push(value.clone());
            continue;
        }
        let Some(text) = literal_text(value) else { return Ok(None) };
        let wanted = typed.filter(|t| set.accepts(*t)).or_else(|| {
            const ORDER: [DataType; 11] = [
                DataType::Date,
                DataType::DateNanos,
                DataType::Ip,
                DataType::Version,
                DataType::Boolean,
                DataType::DatePeriod,
                DataType::TimeDuration,
                DataType::Integer,
                DataType::Long,
                DataType::UnsignedLong,
                DataType::Double,
            ];
            ORDER.into_iter().find(|t| set.accepts(*t))
        });
        let Some(mut target) = wanted else { return Ok(None) };
        if coercion == Coercion::Operators && (target.is_numeric() || target.is_span()) {
            return Ok(None);
        }
        // A string can spell either kind of span.
        if target == DataType::DatePeriod
            && set.accepts(DataType::TimeDuration)
            && quarry_functions::literal::convert_string(text, target, &settings.zone).is_err()
        {
            target = DataType::TimeDuration;
        }
        if target.is_numeric() && set.accepts(DataType::Double) && text.contains(['.', 'e', 'E']) {
            target = DataType::Double;
        }
        let literal = quarry_functions::literal::convert_string(text, target, &settings.zone)?;
        changes = true;
        coerced.push(Expr::literal(target, literal));
    }
    Ok(changes.then_some(coerced))
}

fn literal_text(value: &Expr) -> Option<&str> {
    value.as_literal().and_then(Value::as_str).filter(|_| value.data_type == DataType::Keyword)
}
