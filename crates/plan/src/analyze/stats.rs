//! STATS and INLINE STATS.

use std::collections::HashSet;
use std::sync::Arc;

use quarry_diagnostics::{Code, Diagnostic, Span};
use quarry_functions::grouping::tbucket::OVER_ALL;
use quarry_functions::registry::{self, Function};
use quarry_functions::{AggregateFunction, GroupingFunction, GroupingKeys, ScalarFunction};
use quarry_syntax::ast::{AggregateField, Expr as Ast, ExprKind as AstKind, Field, Map};
use quarry_types::DataType;

use super::call::{Coercion, Match};
use super::{Analyzer, append_columns, project};
use crate::expression::{AggregateCall, Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan, Whole};

/// What is known while the aggregates of a STATS command are analysed.
#[derive(Debug, Default)]
pub(super) struct Collector {
    /// The aggregates found so far.
    calls: Vec<AggregateCall>,
    /// The grouping keys as they come out.
    keys: Vec<Attribute>,
    /// The source text of each key, to find it again in an expression.
    key_sources: Vec<String>,
    /// The names that each computed key reads, and its text with the name that it is given.
    key_definitions: Vec<(HashSet<String>, String)>,
    /// The columns before the command.
    input: Vec<Attribute>,
    /// The text of the aggregate whose arguments are being analysed.
    inside: Option<String>,
    /// Whether a filter is being analysed.
    in_filter: Option<String>,
}

impl Collector {
    /// The key called `name`, outside of aggregates.
    pub(super) fn column(&self, name: &str) -> Option<Expr> {
        if self.inside.is_some() || self.in_filter.is_some() {
            return None;
        }
        self.keys.iter().find(|key| &*key.name == name).map(Expr::column)
    }

    /// Whether the grouping function of this text is wanted of each row: inside an aggregate or its filter, where BY
    /// has it too.
    pub(super) fn reads_rows(&self, source: &str) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        let wanted = plain(source);
        (self.inside.is_some() || self.in_filter.is_some())
            && self.key_sources.iter().any(|key| plain(key).contains(&wanted))
    }

    /// The key made by the same text: `BUCKET(...)` under STATS and BY.
    pub(super) fn group_by_source(&self, source: &str) -> Option<Expr> {
        let at = self.key_sources.iter().position(|key| key.eq_ignore_ascii_case(source))?;
        self.keys.get(at).map(Expr::column)
    }

    /// Why an expression outside of aggregates can't see the column `name`.
    pub(super) fn hidden_because(&self, name: &str) -> String {
        match self.key_definitions.iter().find(|(names, _)| names.contains(name)) {
            Some((_, definition)) => format!(
                "column [{name}] cannot be used as an aggregate once declared in the STATS BY grouping key [{definition}]"
            ),
            None => {
                format!("column [{name}] must appear in the STATS BY clause or be used in an aggregate function")
            }
        }
    }

    /// Whether `name` is a column that an expression outside of aggregates can't see.
    pub(super) fn hides(&self, name: &str) -> bool {
        self.inside.is_none() && self.in_filter.is_none() && self.input.iter().any(|a| &*a.name == name)
    }
}

impl Analyzer<'_> {
    pub(super) fn stats_command(
        &mut self,
        plan: Plan,
        inline: bool,
        aggregates: &[AggregateField],
        groups: &[Field],
        span: Span,
    ) -> Plan {
        if aggregates.is_empty() && groups.is_empty() {
            let message =
                format!("At least one aggregation or grouping expression required in [{}]", self.source(span));
            self.error(Code::BAD_AGGREGATE, span, message);
            return plan;
        }
        let (plan, keys, key_sources) = self.groups(plan, groups, inline, span);
        self.scope = plan.output.clone();
        self.stats = Some(Collector {
            keys: keys.iter().map(|(attribute, _)| attribute.clone()).collect(),
            key_sources,
            key_definitions: groups
                .iter()
                .filter(|group| !matches!(super::expression::strip_parens(&group.expr).kind, AstKind::Name(_)))
                .map(|group| (super::references::of_expression(&group.expr), self.source(group.span)))
                .collect(),
            input: plan.output.clone(),
            ..Collector::default()
        });
        let mut fields: Vec<(Attribute, Expr, Span)> = Vec::new();
        for aggregate in aggregates {
            if let Some((attribute, expr)) = self.aggregate_field(aggregate) {
                fields.push((attribute, expr, aggregate.span));
            }
        }
        let calls = self.stats.take().map(|collector| collector.calls).unwrap_or_default();
        self.warn_of_shadowing(&fields, &keys, groups);
        let shown = shown_columns(fields.iter().map(|(attribute, expr, _)| (attribute, expr)), &keys);

        let mut output: Vec<Attribute> = calls.iter().map(|call| call.output.clone()).collect();
        output.extend(keys.iter().map(|(attribute, _)| attribute.clone()));
        let input = Box::new(plan);
        let (node, output) = if inline {
            let mut all = input.output.clone();
            all.retain(|attribute| output.iter().all(|new| new.id != attribute.id));
            all.extend(output);
            (Node::InlineAggregate { input: input.clone(), aggregates: calls, groups: keys.clone() }, all)
        } else {
            (Node::Aggregate { input: input.clone(), aggregates: calls, groups: keys.clone() }, output)
        };
        let plan = Plan { node, output };
        let evaluated: Vec<(Attribute, Expr)> = fields
            .iter()
            .filter(|(_, expr, _)| expr.as_column().is_none())
            .map(|(attribute, expr, _)| (attribute.clone(), expr.clone()))
            .collect();
        let plan = self.evaluated(plan, evaluated);
        let before: Vec<Attribute> = if inline { input.output.clone() } else { Vec::new() };
        finish(plan, &before, &shown)
    }

    fn evaluated(&self, plan: Plan, fields: Vec<(Attribute, Expr)>) -> Plan {
        if fields.is_empty() {
            return plan;
        }
        let mut output = plan.output.clone();
        output.extend(fields.iter().map(|(attribute, _)| attribute.clone()));
        Plan { node: Node::Eval { input: Box::new(plan), fields }, output }
    }

    /// The keys of BY: computed below the aggregation, so that its keys are plain columns.
    #[allow(clippy::type_complexity)]
    fn groups(
        &mut self,
        plan: Plan,
        groups: &[Field],
        inline: bool,
        span: Span,
    ) -> (Plan, Vec<(Attribute, Expr)>, Vec<String>) {
        let mut keys: Vec<(Attribute, Expr)> = Vec::new();
        let mut sources: Vec<String> = Vec::new();
        let mut computed: Vec<(Attribute, Expr)> = Vec::new();
        let mut wholes: Vec<WholeKey> = Vec::new();
        for group in groups {
            let before = wholes.len();
            let Some(expr) = self.group_expr(&group.expr, &mut wholes) else { continue };
            if inline && wholes.len() > before {
                let message = format!(
                    "CATEGORIZE [{}] is not yet supported with INLINE STATS [{}]",
                    self.source(group.expr.span),
                    self.source(span)
                );
                self.error(Code::BAD_AGGREGATE, group.span, message);
            }
            let name = match &group.name {
                Some(name) => self.name_text(name).unwrap_or_default(),
                None => self.unnamed(&group.expr),
            };
            let key = match expr.as_column() {
                Some(_) => expr.clone(),
                None => {
                    let attribute = self.new_attribute(name.as_str(), expr.data_type);
                    computed.push((attribute.clone(), expr.clone()));
                    Expr::column(&attribute)
                }
            };
            if let Some(at) = keys.iter().position(|(other, _)| *other.name == *name) {
                keys.remove(at);
                sources.remove(at);
            }
            let attribute = self.new_attribute(name.as_str(), expr.data_type);
            keys.push((attribute, key));
            sources.push(self.source(group.expr.span));
            // A key given a name may be used by the aggregates under it.
            if group.name.is_some() {
                self.scope.retain(|attribute| *attribute.name != *name);
            }
        }
        let plan = self.evaluated(plan, computed);
        let plan = wholes.into_iter().fold(plan, |plan, whole| {
            let mut output = plan.output.clone();
            output.push(whole.target.clone());
            let WholeKey { target, operand, keys } = whole;
            Plan { node: Node::Whole { input: Box::new(plan), operand, keys, target }, output }
        });
        (plan, keys, sources)
    }

    /// A key of LIMIT BY: a grouping function may stand there too, where it says something of single rows.
    pub(super) fn row_key(&mut self, ast: &Ast) -> Option<Expr> {
        let mut wholes = Vec::new();
        let key = self.group_expr(ast, &mut wholes)?;
        if let Some(whole) = wholes.first() {
            let message = format!("cannot use grouping function [{}] outside of a STATS command", whole.target.name);
            self.error(Code::BAD_AGGREGATE, ast.span, message);
        }
        Some(key)
    }

    fn group_expr(&mut self, ast: &Ast, wholes: &mut Vec<WholeKey>) -> Option<Expr> {
        if let AstKind::Call { name, args, options } = &ast.kind
            && let Some(name) = self.segment_text(name)
        {
            match registry::find(&name) {
                Some(Function::Grouping(function)) => {
                    return Some(self.grouping_call(function, args, options.as_ref(), ast.span, wholes));
                }
                Some(Function::Aggregate(_)) => {
                    let message = format!("cannot use an aggregate [{}] for grouping", self.source(ast.span));
                    self.error(Code::BAD_AGGREGATE, ast.span, message);
                    return None;
                }
                _ => {}
            }
        }
        self.in_groups = true;
        let expr = self.expr(ast);
        self.in_groups = false;
        Some(expr)
    }

    pub(super) fn grouping_call(
        &mut self,
        mut function: &'static GroupingFunction,
        args: &[Ast],
        options: Option<&Map>,
        span: Span,
        wholes: &mut Vec<WholeKey>,
    ) -> Expr {
        for arg in args {
            if let AstKind::Call { name, .. } = &super::expression::strip_parens(arg).kind
                && let Some(name) = self.segment_text(name)
                && matches!(registry::find(&name), Some(Function::Grouping(_)))
            {
                let message = format!(
                    "cannot nest grouping functions; found [{}] inside [{}]",
                    self.source(arg.span),
                    self.source(span)
                );
                self.error(Code::BAD_AGGREGATE, arg.span, message);
                return Expr::null();
            }
        }
        let mut values: Vec<Expr> = args.iter().map(|arg| self.expr(arg)).collect();
        let mut spans: Vec<Span> = args.iter().map(|arg| arg.span).collect();
        if function.name == "tbucket" {
            let Some(timestamp) = self.resolve("@timestamp", span) else { return Expr::null() };
            let lacks_an_end = values.len() < 3 && values.first().is_some_and(|first| first.data_type.is_numeric());
            let place = if lacks_an_end { 0 } else { values.len() };
            values.insert(place, Expr::column(&timestamp));
            spans.insert(place, span);
            if lacks_an_end {
                function = &OVER_ALL;
            }
        }
        let options = self.options(options);
        match function.keys {
            GroupingKeys::Kernel(build) => self.build_call(as_scalar(function, build), values, &spans, options, span),
            GroupingKeys::Whole(build) => {
                let matched = self.match_signature(
                    function.name,
                    function.signatures,
                    function.parameters,
                    Coercion::None,
                    values,
                    &spans,
                    span,
                );
                let Some(Match { mut arguments, returns }) = matched else { return Expr::null() };
                let types: Vec<DataType> = arguments.iter().map(|argument| argument.data_type).collect();
                let constants: Vec<_> =
                    arguments.iter().map(|argument| fold::constant(argument, &self.settings)).collect();
                let sources: Vec<String> = spans.iter().map(|span| self.source(*span)).collect();
                let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
                let source = self.source(span);
                let built = build(&quarry_functions::Call {
                    types: &types,
                    constants: &constants,
                    sources: &sources,
                    source: &source,
                    options: &options,
                    returns,
                    settings: &self.settings,
                });
                let target = self.new_attribute(source.as_str(), returns);
                let column = Expr::column(&target);
                match built {
                    Ok(keys) => {
                        let operand = arguments.swap_remove(0);
                        wholes.push(WholeKey { target, operand, keys: Whole(Arc::new(keys)) });
                    }
                    Err(error) => self.error(Code::BAD_LITERAL, span, error.0),
                }
                column
            }
        }
    }

    fn aggregate_field(&mut self, aggregate: &AggregateField) -> Option<(Attribute, Expr)> {
        let first_call = self.stats.as_ref().map_or(0, |collector| collector.calls.len());
        let expr = self.expr(&aggregate.field.expr);
        let found = self.stats.as_ref().map_or(0, |collector| collector.calls.len()) - first_call;
        let ast = super::expression::strip_parens(&aggregate.field.expr);
        if let (AstKind::Name(name), None, true) = (&ast.kind, &aggregate.field.name, expr.as_column().is_some()) {
            let name = self.name_text(name)?;
            self.error(
                Code::BAD_AGGREGATE,
                ast.span,
                format!("grouping key [{name}] already specified in the STATS BY clause"),
            );
        } else if found == 0 && expr.as_literal().is_some() && !self.has_errors_in(aggregate.span) {
            let message = format!("expected an aggregate function but found [{}]", self.source(ast.span));
            self.error(Code::BAD_AGGREGATE, ast.span, message);
        }
        if let Some(filter) = &aggregate.filter {
            if found == 0 {
                let message = format!(
                    "WHERE clause allowed only for aggregate functions, none found in [{}]",
                    self.source(aggregate.span)
                );
                self.error(Code::BAD_AGGREGATE, aggregate.span, message);
            }
            self.aggregate_filter(filter, first_call, aggregate.span);
        }
        let name = match &aggregate.field.name {
            Some(name) => self.name_text(name)?,
            // The name of an unnamed aggregate takes its filter in.
            None if aggregate.filter.is_some() => self.source(aggregate.span),
            None => self.unnamed(&aggregate.field.expr),
        };
        // A lone aggregate gives its column the name directly.
        if let (Some(id), Some(collector)) = (expr.as_column(), &mut self.stats)
            && let Some(call) = collector.calls.iter_mut().find(|call| call.output.id == id)
        {
            call.output.name = name.as_str().into();
            return Some((call.output.clone(), expr));
        }
        if let Some(id) = expr.as_column()
            && let Some(collector) = &self.stats
            && let Some(key) = collector.keys.iter().find(|key| key.id == id)
        {
            return Some((Attribute { name: name.as_str().into(), ..key.clone() }, expr));
        }
        let attribute = self.new_attribute(name, expr.data_type);
        Some((attribute, expr))
    }

    fn has_errors_in(&self, span: Span) -> bool {
        self.diagnostics.iter().any(|d| d.span.is_some_and(|s| s.start >= span.start && s.end <= span.end))
    }

    fn aggregate_filter(&mut self, filter: &Ast, first_call: usize, span: Span) {
        let source = self.source(span);
        if let Some(collector) = &mut self.stats {
            collector.in_filter = Some(source);
        }
        let condition = self.expr(filter);
        if !matches!(condition.data_type, DataType::Boolean | DataType::Null) {
            let message = format!(
                "Condition expression needs to be boolean, found [{}]",
                condition.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, filter.span, message);
        }
        if let Some(collector) = &mut self.stats {
            collector.in_filter = None;
            for call in &mut collector.calls[first_call..] {
                call.filter = Some(condition.clone());
            }
        }
    }

    fn warn_of_shadowing(&mut self, fields: &[(Attribute, Expr, Span)], keys: &[(Attribute, Expr)], groups: &[Field]) {
        for (i, (attribute, _, span)) in fields.iter().enumerate() {
            let by_key = keys.iter().position(|(key, _)| key.name == attribute.name);
            let by_field = fields[i + 1..].iter().rfind(|(other, _, _)| other.name == attribute.name).map(|f| f.2);
            let by_key_span = by_key.and_then(|at| groups.get(at)).map(|group| group.span);
            let Some(winner) = by_key_span.or(by_field) else { continue };
            let at = self.lines.position(winner.start);
            let message = format!("Field '{}' shadowed by field at line {}:{}", attribute.name, at.line, at.column);
            self.diagnostics.push(Diagnostic::warning(Code::AMBIGUOUS_FIELD, *span, message));
        }
    }
}

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
                super::call::ordinal(i),
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

/// A key that is computed from all values at once.
pub(super) struct WholeKey {
    target: Attribute,
    operand: Expr,
    keys: Whole,
}

type BuildKernel = fn(&quarry_functions::Call<'_>) -> Result<quarry_functions::Kernel, quarry_functions::BuildError>;

/// A grouping function seen as a function of one row, which it is once its constants are known.
fn as_scalar(function: &'static GroupingFunction, build: BuildKernel) -> &'static ScalarFunction {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    static SCALARS: LazyLock<Mutex<HashMap<&'static str, &'static ScalarFunction>>> = LazyLock::new(Mutex::default);
    let make = || -> &'static ScalarFunction {
        Box::leak(Box::new(ScalarFunction {
            name: function.name,
            aliases: function.aliases,
            category: quarry_functions::Category::Grouping,
            summary: function.summary,
            details: function.details,
            parameters: function.parameters,
            signatures: function.signatures,
            examples: function.examples,
            evaluation: quarry_functions::Evaluation::Kernel(build),
        }))
    };
    match SCALARS.lock() {
        Ok(mut scalars) => scalars.entry(function.name).or_insert_with(make),
        Err(_) => make(),
    }
}

/// What STATS puts out: aggregates in order, then keys; of equal names the last aggregate counts, and a key over any.
fn shown_columns<'e>(
    fields: impl Iterator<Item = (&'e Attribute, &'e Expr)>,
    keys: &[(Attribute, Expr)],
) -> Vec<(Attribute, u32)> {
    let mut shown: Vec<(Attribute, u32)> = Vec::new();
    for (attribute, expr) in fields {
        shown.retain(|(other, _)| other.name != attribute.name);
        if keys.iter().any(|(key, _)| key.name == attribute.name) {
            continue;
        }
        shown.push((attribute.clone(), expr.as_column().unwrap_or(attribute.id)));
    }
    shown.extend(keys.iter().map(|(key, _)| (key.clone(), key.id)));
    shown
}

fn finish(plan: Plan, before: &[Attribute], shown: &[(Attribute, u32)]) -> Plan {
    let new: Vec<Attribute> = shown.iter().map(|(attribute, _)| attribute.clone()).collect();
    let output = append_columns(before, &new);
    if output.iter().zip(&plan.output).all(|(a, b)| a == b) && output.len() == plan.output.len() {
        return plan;
    }
    let sources: Vec<u32> = output
        .iter()
        .map(|attribute| shown.iter().find(|(new, _)| new.id == attribute.id).map_or(attribute.id, |(_, from)| *from))
        .collect();
    if sources.iter().zip(&output).all(|(source, attribute)| *source == attribute.id) {
        return project(plan, output);
    }
    Plan { node: Node::Project { input: Box::new(plan), sources }, output }
}
