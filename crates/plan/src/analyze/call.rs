//! Calls: the options read, the kernel built for the signature that fits.

use std::sync::Arc;

use quarry_diagnostics::{Code, Span};
use quarry_functions::{Call as FunctionCall, Category, Evaluation, Parameter, ScalarFunction, Signature};
use quarry_syntax::ast::{Expr as Ast, Map};
use quarry_types::{DataType, Value};

use super::Analyzer;
use super::mismatch::expected_arguments;
use super::signature::{Coercion, Match};
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

/// The functions that read options, beside those of search, which are told apart before.
const TAKE_OPTIONS: [&str; 8] = ["bucket", "chunk", "date_parse", "decay", "mv_in_range", "tbucket", "term", "to_ip"];

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
