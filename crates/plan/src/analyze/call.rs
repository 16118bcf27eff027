//! Calls: a signature found for the arguments, the arguments converted to it, the kernel built.

use std::sync::Arc;

use quarry_diagnostics::{Code, Span};
use quarry_functions::registry;
use quarry_functions::{
    Call as FunctionCall, Category, Evaluation, Parameter, Returns, ScalarFunction, Signature, TypeSet,
};
use quarry_syntax::ast::{Expr as Ast, Map};
use quarry_types::{DataType, Value};

use super::Analyzer;
use crate::expression::{Call, CallEvaluation, Expr, ExprKind};
use crate::fold;

/// The function that `::type` stands for.
pub(super) fn cast_function(target: DataType) -> Option<&'static ScalarFunction> {
    // Spans are made of constants only, and text is no type to cast to.
    match target {
        DataType::Text | DataType::DatePeriod | DataType::TimeDuration => None,
        _ => quarry_functions::scalar::conversion::cast_function(target),
    }
}

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

/// The functions that read options, beside those of search, which are told apart before.
const TAKE_OPTIONS: [&str; 6] = ["bucket", "date_parse", "mv_in_range", "tbucket", "term", "to_ip"];

impl Analyzer<'_> {
    pub(super) fn scalar_call(
        &mut self,
        function: &'static ScalarFunction,
        args: &[Ast],
        options: Option<&Map>,
        span: Span,
    ) -> Expr {
        if let Some(expr) = self.search_call(function, args, options, span) {
            return expr;
        }
        if function.name == "trange" {
            return self.trange(function, args, span);
        }
        if let ("to_dateperiod" | "to_timeduration", [arg]) = (function.name, args) {
            let value = self.expr(arg);
            let target = if function.name == "to_dateperiod" { DataType::DatePeriod } else { DataType::TimeDuration };
            return self.span_conversion(&value, target, span);
        }
        if let ([operand], Some(target)) = (args, conversion_target(function))
            && let Some(expr) = self.converted_field(operand, target)
        {
            return expr;
        }
        let values: Vec<Expr> = args.iter().map(|arg| self.expr(arg)).collect();
        let spans: Vec<Span> = args.iter().map(|arg| arg.span).collect();
        let options = self.options(options);
        self.build_call(function, values, &spans, options, span)
    }

    /// The constants of an options map.
    pub(super) fn options(&mut self, options: Option<&Map>) -> Vec<(String, Value)> {
        let Some(map) = options else { return Vec::new() };
        let mut constants = Vec::new();
        for (key, value) in &map.entries {
            let expr = self.expr(value);
            match fold::constant(&expr, &self.settings) {
                Some(constant) => constants.push((key.value.clone(), constant)),
                None => self.error(Code::INVALID_QUERY, value.span, "options have to be constant"),
            }
        }
        constants
    }

    /// Says that a function takes no options: the reference counts them as one argument too many.
    pub(super) fn refuse_options(
        &mut self,
        name: &str,
        signatures: &[Signature],
        parameters: &[Parameter],
        span: Span,
    ) {
        let expected = expected_arguments(signatures, parameters.len());
        let message = format!("error building [{name}]: function [{name}] expects {expected} and takes no options");
        self.error(Code::WRONG_ARITY, span, message);
    }

    /// A typed call of `function`, computed at once where all arguments are constant.
    pub(super) fn build_call(
        &mut self,
        function: &'static ScalarFunction,
        values: Vec<Expr>,
        spans: &[Span],
        options: Vec<(String, Value)>,
        span: Span,
    ) -> Expr {
        if !options.is_empty() && !TAKE_OPTIONS.contains(&function.name) {
            self.refuse_options(function.name, function.signatures, function.parameters, span);
            return Expr::null();
        }
        let values: Vec<Expr> = values.iter().map(|value| fold::fold(value, &self.settings)).collect();
        let coercion = if function.category == Category::Operator { Coercion::Operators } else { Coercion::Functions };
        let matched = match function.evaluation {
            Evaluation::Case => self.match_case(values, spans, span),
            _ => self.match_signature(
                function.name,
                function.signatures,
                function.parameters,
                coercion,
                values,
                spans,
                span,
            ),
        };
        let Some(Match { arguments, returns }) = matched else { return Expr::null() };
        let evaluation = match function.evaluation {
            Evaluation::Case => CallEvaluation::Case,
            Evaluation::Coalesce => CallEvaluation::Coalesce,
            Evaluation::Kernel(build) => {
                let types: Vec<DataType> = arguments.iter().map(|argument| argument.data_type).collect();
                let constants: Vec<Option<Value>> =
                    arguments.iter().map(|argument| self.constant_of(argument)).collect();
                let sources: Vec<&str> = spans.iter().map(|span| span.text(self.text)).collect();
                let call = FunctionCall {
                    types: &types,
                    constants: &constants,
                    sources: &sources,
                    source: span.text(self.text),
                    options: &options,
                    returns,
                    settings: &self.settings,
                };
                match build(&call) {
                    Ok(kernel) => CallEvaluation::Kernel(Arc::new(kernel)),
                    Err(error) => {
                        self.error(Code::BAD_LITERAL, span, error.0);
                        return Expr::literal(returns, Value::Null);
                    }
                }
            }
        };
        let call = Call { function, arguments, site: self.site(span), evaluation };
        fold::fold(&Expr { kind: ExprKind::Call(Box::new(call)), data_type: returns }, &self.settings)
    }

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

    /// CASE: conditions and values alternate; the values agree on a type.
    fn match_case(&mut self, values: Vec<Expr>, spans: &[Span], span: Span) -> Option<Match> {
        if values.len() < 2 {
            self.error(
                Code::WRONG_ARITY,
                span,
                "error building [case]: function [case] expects at least two arguments",
            );
            return None;
        }
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

    fn mismatch(&self, name: &str, signatures: &[&Signature], values: &[Expr], spans: &[Span], span: Span) -> String {
        let source = self.source(span);
        let found =
            |i: usize| format!("found value [{}] type [{}]", self.source(spans[i]), values[i].data_type.message_name());
        if name == "in" {
            for i in 1..values.len() {
                if values[0].data_type.common(values[i].data_type).is_none() {
                    let place = match i + 1 {
                        2 => "2nd".to_owned(),
                        3 => "3rd".to_owned(),
                        n => format!("{n}th"),
                    };
                    return format!(
                        "{place} argument of [{source}] must be [{}], {}",
                        values[0].data_type.message_name(),
                        found(i)
                    );
                }
            }
        }
        for (i, value) in values.iter().enumerate() {
            let allowed =
                signatures.iter().filter_map(|signature| signature.parameter(i)).fold(TypeSet::of(&[]), TypeSet::or);
            if !allowed.accepts(value.data_type) {
                let place = if values.len() == 1 { String::new() } else { format!("{} ", ordinal(i)) };
                return format!("{place}argument of [{source}] must be [{}], {}", describe(allowed), found(i));
            }
        }
        let is_operator = registry::operator(name).is_some();
        if let (true, [left, right]) = (is_operator, values) {
            let symbol = operator_symbol(name);
            let (l, r) = (left.data_type, right.data_type);
            if matches!(name, "add" | "sub" | "mul" | "div" | "mod") {
                return format!(
                    "[{symbol}] has arguments with incompatible types [{}] and [{}]",
                    l.message_name(),
                    r.message_name()
                );
            }
            if l == DataType::UnsignedLong || r == DataType::UnsignedLong {
                return format!(
                    "first argument of [{source}] is [{}] and second is [{}]. [unsigned_long] can only be operated on together with another [unsigned_long]",
                    l.message_name(),
                    r.message_name()
                );
            }
            let class = |t: DataType| if t.is_numeric() { "numeric" } else { t.message_name() };
            return format!(
                "first argument of [{source}] is [{}] so second argument must also be [{}] but was [{}]",
                class(l),
                class(l),
                r.message_name()
            );
        }
        // Each argument is possible by itself; the first that doesn't go with those before it is named.
        for i in 0..values.len() {
            let allowed = signatures
                .iter()
                .filter(|s| (0..i).all(|j| s.parameter(j).is_some_and(|set| set.accepts(values[j].data_type))))
                .filter_map(|signature| signature.parameter(i))
                .fold(TypeSet::of(&[]), TypeSet::or);
            if !allowed.accepts(values[i].data_type) {
                return format!("{} argument of [{source}] must be [{}], {}", ordinal(i), describe(allowed), found(i));
            }
        }
        let last = values.len() - 1;
        format!(
            "{} argument of [{source}] must be [{}], {}",
            ordinal(last),
            values[0].data_type.message_name(),
            found(last)
        )
    }

    /// `"3 days"::date_period` and the functions that say the same.
    pub(super) fn span_conversion(&mut self, value: &Expr, target: DataType, span: Span) -> Expr {
        if value.data_type == target {
            return value.clone();
        }
        let text = self.constant_of(value);
        if text == Some(Value::Null) {
            return Expr::null();
        }
        let Some(Value::String(text)) = text else {
            let message = format!("argument of [{}] must be a constant string", self.source(span));
            self.error(Code::TYPE_MISMATCH, span, message);
            return Expr::null();
        };
        match quarry_functions::literal::convert_string(&text, target, &self.settings.zone) {
            Ok(value) => Expr::literal(target, value),
            Err(message) => {
                self.error(Code::BAD_LITERAL, span, message);
                Expr::null()
            }
        }
    }
}

/// The type that a conversion function converts to.
fn conversion_target(function: &ScalarFunction) -> Option<DataType> {
    DataType::ALL.into_iter().find(|target| cast_function(*target).is_some_and(|f| std::ptr::eq(f, function)))
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

/// The place of an argument in words.
pub(super) fn ordinal(index: usize) -> String {
    match index {
        0 => "first".into(),
        1 => "second".into(),
        2 => "third".into(),
        3 => "fourth".into(),
        4 => "fifth".into(),
        n => format!("{}th", n + 1),
    }
}

fn describe(set: TypeSet) -> String {
    use quarry_functions::definition::accept::{DATES, NUMERIC, SIGNED, STRING};
    if set == NUMERIC {
        return "numeric".into();
    }
    if set == SIGNED {
        return "numeric except unsigned_long".into();
    }
    let mut names: Vec<String> = Vec::new();
    let mut rest = set;
    let has = |part: TypeSet, set: TypeSet| part.types().all(|t| set.accepts(t));
    if has(STRING, rest) {
        rest = rest.except(STRING);
        names.push("string".into());
    }
    if has(NUMERIC, rest) {
        rest = rest.except(NUMERIC);
        names.push("numeric".into());
    }
    if has(DATES, rest) {
        rest = rest.except(DATES);
        names.push("datetime".into());
    }
    names.extend(rest.types().map(|t| t.message_name().to_owned()));
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} or {last}", first.join(", ")),
        None => String::new(),
    }
}

fn operator_symbol(name: &str) -> &str {
    match name {
        "add" => "+",
        "sub" => "-",
        "mul" => "*",
        "div" => "/",
        "mod" => "%",
        other => other,
    }
}

fn expected_arguments(signatures: &[Signature], most: usize) -> String {
    let least = signatures.iter().map(|s| s.parameters.len() - s.optional).min().unwrap_or(0);
    let variadic = signatures.iter().any(|s| s.variadic);
    let word = |n: usize| {
        ["zero", "one", "two", "three", "four", "five"].get(n).map_or_else(|| n.to_string(), |w| (*w).into())
    };
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    if variadic {
        return format!("at least {} {}", word(least), plural(least));
    }
    match most - least {
        0 => format!("exactly {} {}", word(least), plural(least)),
        1 => format!("{} or {} arguments", word(least), word(most)),
        _ => {
            let counts: Vec<String> = (least..most).map(word).collect();
            format!("{} or {} arguments", counts.join(", "), word(most))
        }
    }
}
