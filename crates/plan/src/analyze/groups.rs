//! The keys of STATS ... BY.

use std::sync::Arc;

use quarry_diagnostics::{Code, Span};
use quarry_functions::grouping::EmptyBuckets;
use quarry_functions::grouping::tbucket::OVER_ALL;
use quarry_functions::registry::{self, Function};
use quarry_functions::{GroupingFunction, GroupingKeys, ScalarFunction};
use quarry_syntax::ast::{Expr as Ast, ExprKind as AstKind, Field, Map};
use quarry_types::{DataType, Value};

use super::Analyzer;
use super::signature::{Coercion, Match};
use crate::expression::{Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan, Whole};

/// A key of BY.
pub(super) struct GroupKey {
    /// What it comes out as.
    pub(super) attribute: Attribute,
    /// The column of the input that it is.
    pub(super) expr: Expr,
    /// Its source text, to find it again in an expression.
    pub(super) source: String,
    /// Whether BY gives it a name.
    pub(super) named: bool,
    /// The buckets that are groups even without rows.
    pub(super) empty: Option<Arc<EmptyBuckets>>,
}

impl Analyzer<'_> {
    /// The keys of BY: computed below the aggregation, so that its keys are plain columns.
    pub(super) fn groups(&mut self, plan: Plan, groups: &[Field], inline: bool, span: Span) -> (Plan, Vec<GroupKey>) {
        let mut keys: Vec<GroupKey> = Vec::new();
        let mut computed: Vec<(Attribute, Expr)> = Vec::new();
        let mut wholes: Vec<WholeKey> = Vec::new();
        for group in groups {
            let before = wholes.len();
            self.empty_buckets = None;
            let Some(expr) = self.group_expr(&group.expr, &mut wholes) else { continue };
            let empty = self.empty_buckets.take();
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
            keys.retain(|other| *other.attribute.name != *name);
            let attribute = self.new_attribute(name.as_str(), expr.data_type);
            let source = self.source(group.expr.span);
            keys.push(GroupKey { attribute, expr: key, source, named: group.name.is_some(), empty });
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
        (plan, keys)
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
        self.empty_buckets = self.buckets_to_fill(function, &values, &options, span);
        if !options.is_empty() && function.empty_buckets.is_none() && function.name != "categorize" {
            self.refuse_options(function.name, function.signatures, function.parameters, span);
            return Expr::null();
        }
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

    /// The buckets that a call of a grouping function wants filled.
    fn buckets_to_fill(
        &mut self,
        function: &GroupingFunction,
        values: &[Expr],
        options: &[(String, Value)],
        span: Span,
    ) -> Option<Arc<EmptyBuckets>> {
        let find = function.empty_buckets?;
        let types: Vec<DataType> = values.iter().map(|value| value.data_type).collect();
        let constants: Vec<Option<Value>> = values.iter().map(|value| self.constant_of(value)).collect();
        let found = find(&quarry_functions::Call {
            types: &types,
            constants: &constants,
            sources: &vec![""; types.len()],
            source: span.text(self.text),
            options,
            returns: types.first().copied().unwrap_or(DataType::Null),
            settings: &self.settings.clone(),
        });
        found.unwrap_or_else(|error| {
            self.error(Code::BAD_LITERAL, span, error.0);
            None
        })
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
