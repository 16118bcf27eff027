//! Calls of aggregate functions.

use quarry_diagnostics::{Code, Span};
use quarry_functions::AggregateFunction;
use quarry_syntax::ast::{Expr as Ast, ExprKind as AstKind, Map};

use super::Analyzer;
use super::signature::Coercion;
use crate::expression::{AggregateCall, Expr};

/// A call of an aggregate function found in an expression: remembered, and replaced by the column of its result.
pub(super) fn aggregate(
    analyzer: &mut Analyzer<'_>,
    function: &'static AggregateFunction,
    args: &[Ast],
    options: Option<&Map>,
    span: Span,
) -> Expr {
    let source = analyzer.source(span);
    if let Some(collector) = &analyzer.stats {
        let message = match (&collector.inside, &collector.in_filter) {
            (Some(outer), _) => {
                Some(format!("nested aggregations [{source}] not allowed inside other aggregations [{outer}]"))
            }
            (None, Some(whole)) => {
                Some(format!("cannot use aggregate function [{source}] in aggregate WHERE clause [{whole}]"))
            }
            _ => None,
        };
        if let Some(message) = message {
            analyzer.error(Code::BAD_AGGREGATE, span, message);
            return Expr::null();
        }
    }
    if function.name == "sparkline" {
        return analyzer.sparkline(function, args, span);
    }
    let star = matches!(args, [Ast { kind: AstKind::Star, .. }]);
    let args: &[Ast] = if star { &[] } else { args };
    let values = analyzer.inside_aggregate(span, args);
    let mut spans: Vec<Span> = args.iter().map(|arg| arg.span).collect();
    if options.is_some_and(|options| !options.entries.is_empty()) {
        analyzer.refuse_options(function.name, function.signatures, function.parameters, span);
        return Expr::null();
    }
    let options = analyzer.options(options);
    let matched = analyzer.match_signature(
        function.name,
        function.signatures,
        function.parameters,
        Coercion::None,
        values,
        &spans,
        span,
    );
    let Some(mut matched) = matched else { return Expr::null() };
    for name in function.implicit {
        let Some(attribute) = analyzer.resolve(name, span) else { return Expr::null() };
        matched.arguments.push(Expr::column(&attribute));
        spans.push(span);
    }
    let settings = analyzer.settings.clone();
    let constants: Vec<_> = matched.arguments.iter().map(|argument| analyzer.constant_of(argument)).collect();
    let inputs_count = function.inputs + function.implicit.len();
    for (i, constant) in constants.iter().enumerate().skip(inputs_count) {
        if constant.is_none() {
            let message = format!(
                "{} argument of [{source}] must be a constant, received [{}]",
                super::mismatch::ordinal(i),
                analyzer.source(spans[i])
            );
            analyzer.error(Code::BAD_AGGREGATE, spans[i], message);
            return Expr::null();
        }
    }
    let types = matched.arguments.iter().map(|argument| argument.data_type).collect();
    let call = AggregateCall {
        function,
        inputs: matched.arguments.iter().take(inputs_count).cloned().collect(),
        filter: None,
        output: analyzer.new_attribute(source.as_str(), matched.returns),
        site: analyzer.site(span),
        types,
        constants,
        sources: spans.iter().map(|span| analyzer.source(*span)).collect(),
        options,
        settings,
        over: None,
    };
    if let Err(error) = call.accumulator() {
        analyzer.error(Code::BAD_LITERAL, span, error.0);
        return Expr::literal(matched.returns, quarry_types::Value::Null);
    }
    let column = Expr::column(&call.output);
    analyzer.remember(call);
    column
}

impl Analyzer<'_> {
    /// The arguments of the aggregate at `span`: they see the rows, not the groups.
    pub(super) fn inside_aggregate(&mut self, span: Span, args: &[Ast]) -> Vec<Expr> {
        let source = self.source(span);
        if let Some(collector) = &mut self.stats {
            collector.inside = Some(source);
        }
        let values = args.iter().map(|arg| self.expr(arg)).collect();
        if let Some(collector) = &mut self.stats {
            collector.inside = None;
        }
        values
    }

    pub(super) fn remember(&mut self, call: AggregateCall) {
        if let Some(collector) = &mut self.stats {
            collector.calls.push(call);
        }
    }

    /// Takes the last aggregate back, where its result is this column.
    pub(super) fn forget(&mut self, column: crate::expression::ColumnId) -> Option<AggregateCall> {
        let collector = self.stats.as_mut()?;
        collector.calls.pop_if(|call| call.output.id == column)
    }
}
