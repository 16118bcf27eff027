//! STATS and INLINE STATS.

use std::sync::Arc;

use quarry_diagnostics::{Code, Diagnostic, Span};
use quarry_functions::grouping::EmptyBuckets;
use quarry_syntax::ast::{AggregateField, Expr as Ast, ExprKind as AstKind, Field};
use quarry_types::DataType;

use super::collector::Collector;
use super::groups::GroupKey;
use super::{Analyzer, append_columns, project};
use crate::expression::{Attribute, Expr};
use crate::plan::{Node, Plan, SortKey};

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
        let (plan, group_keys) = self.groups(plan, groups, inline, span);
        self.scope = plan.output.clone();
        self.rename_keys(&group_keys);
        self.stats = Some(Collector {
            keys: group_keys.iter().map(|key| key.attribute.clone()).collect(),
            key_sources: group_keys.iter().map(|key| key.source.clone()).collect(),
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
        let empty: Vec<_> =
            group_keys.iter().enumerate().filter_map(|(at, key)| Some((at, key.empty.clone()?))).collect();
        let keys: Vec<(Attribute, Expr)> = group_keys.into_iter().map(|key| (key.attribute, key.expr)).collect();
        let calls = self.stats.take().map(|collector| collector.calls).unwrap_or_default();
        self.warn_of_shadowing(&fields, &keys, groups);
        let shown = shown_columns(fields.iter().map(|(attribute, expr, _)| (attribute, expr)), &keys);

        let mut output: Vec<Attribute> = calls.iter().map(|call| call.output.clone()).collect();
        output.extend(keys.iter().map(|(attribute, _)| attribute.clone()));
        let evaluated: Vec<(Attribute, Expr)> = fields
            .into_iter()
            .filter(|(_, expr, _)| expr.as_column().is_none())
            .map(|(attribute, expr, _)| (attribute, expr))
            .collect();
        let input = Box::new(plan);
        if inline {
            let before = input.output.clone();
            output.extend(evaluated.iter().map(|(attribute, _)| attribute.clone()));
            let mut all = before.clone();
            all.retain(|attribute| output.iter().all(|new| new.id != attribute.id));
            all.extend(output);
            let node = Node::InlineAggregate { input, aggregates: calls, groups: keys, fields: evaluated };
            return finish(Plan { node, output: all }, &before, &shown);
        }
        let node = Node::Aggregate { input, aggregates: calls, groups: keys.clone(), empty: empty.clone() };
        let plan = Plan { node, output };
        let plan = if empty.is_empty() { plan } else { by_key(plan, &keys, &empty) };
        finish(self.evaluated(plan, evaluated), &[], &shown)
    }

    /// In aggregates and their filters a key goes by the name that BY gives it, also where it is just another column.
    fn rename_keys(&mut self, keys: &[GroupKey]) {
        for key in keys.iter().filter(|key| key.named) {
            let Some(id) = key.expr.as_column() else { continue };
            self.scope.retain(|attribute| attribute.name != key.attribute.name);
            self.scope.push(Attribute { id, ..key.attribute.clone() });
        }
    }

    pub(super) fn evaluated(&self, plan: Plan, fields: Vec<(Attribute, Expr)>) -> Plan {
        if fields.is_empty() {
            return plan;
        }
        let mut output = plan.output.clone();
        output.extend(fields.iter().map(|(attribute, _)| attribute.clone()));
        Plan { node: Node::Eval { input: Box::new(plan), fields }, output }
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

/// Rows with filled buckets come in order of their keys, the buckets last: gaps would show nothing otherwise.
fn by_key(plan: Plan, keys: &[(Attribute, Expr)], empty: &[(usize, Arc<EmptyBuckets>)]) -> Plan {
    let is_filled = |at: usize| empty.iter().any(|(filled, _)| *filled == at);
    let mut places: Vec<usize> = (0..keys.len()).collect();
    places.sort_by_key(|at| is_filled(*at));
    let keys = places
        .into_iter()
        .map(|at| SortKey { expr: Expr::column(&keys[at].0), descending: false, nulls_first: false })
        .collect();
    let output = plan.output.clone();
    Plan { node: Node::Sort { input: Box::new(plan), keys, limit: None }, output }
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
