//! SPARKLINE: an aggregate computed for each bucket of time.

use quarry_diagnostics::{Code, Span};
use quarry_functions::AggregateFunction;
use quarry_functions::registry::{self, Function};
use quarry_syntax::ast::{Expr as Ast, ExprKind as AstKind};
use quarry_types::DataType;

use super::signature::Coercion;
use super::{Analyzer, aggregate};
use crate::expression::{AggregateCall, Expr};

impl Analyzer<'_> {
    /// The call, remembered among the aggregates; its first argument is taken from there again.
    pub(super) fn sparkline(&mut self, function: &'static AggregateFunction, args: &[Ast], span: Span) -> Expr {
        let Some(inner) = args.first().and_then(|first| self.inner_aggregate(first)) else {
            if let Some(first) = args.first() {
                let message = format!(
                    "first argument of [{}] must be an aggregate function, found value [{}]",
                    self.source(span),
                    self.source(first.span)
                );
                self.error(Code::BAD_AGGREGATE, first.span, message);
            }
            return Expr::null();
        };
        let mut values = vec![Expr::column(&inner.output)];
        values.extend(self.inside_aggregate(span, &args[1..]));
        let spans: Vec<Span> = args.iter().map(|arg| arg.span).collect();
        let (name, signatures, parameters) = (function.name, function.signatures, function.parameters);
        let Some(matched) = self.match_signature(name, signatures, parameters, Coercion::None, values, &spans, span)
        else {
            return Expr::null();
        };
        let mut constants = vec![None; 2];
        for (i, argument) in matched.arguments.iter().enumerate().skip(2) {
            let constant = self.constant_of(argument);
            if constant.is_none() {
                let message = format!(
                    "{} argument of [{}] must be a constant, received [{}]",
                    super::mismatch::ordinal(i),
                    self.source(span),
                    self.source(spans[i])
                );
                self.error(Code::BAD_AGGREGATE, spans[i], message);
                return Expr::null();
            }
            constants.push(constant);
        }
        let mut inputs = inner.inputs.clone();
        inputs.push(matched.arguments[1].clone());
        let call = AggregateCall {
            function,
            inputs,
            filter: None,
            output: self.new_attribute(self.source(span), matched.returns),
            site: self.site(span),
            types: matched.arguments.iter().map(|argument| argument.data_type).collect(),
            constants,
            sources: spans.iter().map(|span| self.source(*span)).collect(),
            options: Vec::new(),
            settings: self.settings.clone(),
            over: Some(Box::new(inner)),
        };
        if let Err(error) = call.accumulator() {
            self.error(Code::BAD_LITERAL, span, error.0);
            return Expr::literal(matched.returns, quarry_types::Value::Null);
        }
        let column = Expr::column(&call.output);
        self.remember(call);
        column
    }

    fn inner_aggregate(&mut self, ast: &Ast) -> Option<AggregateCall> {
        let AstKind::Call { name, args, options } = &super::expression::strip_parens(ast).kind else { return None };
        let name = self.segment_text(name)?;
        let Some(Function::Aggregate(function)) = registry::find(&name) else { return None };
        let expr = aggregate::aggregate(self, function, args, options.as_ref(), ast.span);
        let fits = matches!(expr.data_type, DataType::Integer | DataType::Long | DataType::Double);
        let has_lists = matches!(function.name, "sparkline" | "top" | "values" | "sample" | "first" | "last");
        let call = self.forget(expr.as_column()?)?;
        (fits && !has_lists).then_some(call)
    }
}
