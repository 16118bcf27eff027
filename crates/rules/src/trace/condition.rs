//! Conditions taken apart: which part of a WHERE is true, which isn't, and why.

use std::collections::HashMap;

use quarry::diagnostics::Span;
use quarry::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use quarry::{DataType, Value};

use super::probe::{Evaluated, Probe};
use super::why::why;
use super::{reads, search};

/// How a condition came out. Only true lets a row through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It doesn't.
    False,
    /// It is null: something that it reads is absent, or is a list where one value is wanted.
    Null,
    /// It can't be evaluated by itself; no answer.
    Unknown,
}

/// A condition, or a part of one.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its place in the query.
    pub span: Span,
    /// How it came out.
    pub truth: Truth,
    /// Why it isn't true, as a clause that follows the condition; empty where it is true.
    pub why: String,
    /// What nearly matched, and what would help.
    pub hints: Vec<String>,
    /// What it compares: the parts that aren't constants, with their values.
    pub operands: Vec<Operand>,
    /// The sides of an OR, the operand of a NOT.
    pub parts: Vec<Condition>,
    /// The columns that it reads.
    pub columns: Vec<String>,
}

/// Something that a condition reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// Its place in the query.
    pub span: Span,
    /// Its text in the query.
    pub text: String,
    /// Its type.
    pub data_type: DataType,
    /// Its value.
    pub value: Value,
    /// Whether it is a column and nothing more.
    pub is_column: bool,
    /// For a column that is null and that a stage makes: why, where that is known, else an empty text.
    pub origin: Option<String>,
}

/// The conditions that AND joins at the top of `condition`, in order.
pub(super) fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
            let mut all = conjuncts(left);
            all.extend(conjuncts(right));
            all
        }
        ExprKind::Paren(inner) if joins(inner) => conjuncts(inner),
        _ => vec![condition],
    }
}

fn joins(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::And, .. } => true,
        ExprKind::Paren(inner) => joins(inner),
        _ => false,
    }
}

/// The sides that OR joins.
fn alternatives(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Or, left, right, .. } => {
            let mut all = alternatives(left);
            all.extend(alternatives(right));
            all
        }
        ExprKind::Paren(inner) if is_logic(inner) => alternatives(inner),
        _ => vec![expr],
    }
}

/// Whether an expression is put together from conditions.
fn is_logic(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => true,
        ExprKind::Unary { op: UnaryOp::Not, .. } => true,
        ExprKind::Paren(inner) => is_logic(inner),
        _ => false,
    }
}

/// The parts of an expression that is put together from conditions.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Or, .. } => alternatives(expr),
        ExprKind::Binary { op: BinaryOp::And, .. } => conjuncts(expr),
        ExprKind::Unary { op: UnaryOp::Not, operand } => vec![operand],
        ExprKind::Paren(inner) => parts(inner),
        _ => Vec::new(),
    }
}

/// The operands of a condition that is not put together from others.
fn operands(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Paren(inner) => operands(inner),
        ExprKind::Name(_) => vec![expr],
        _ => reads::children(expr).into_iter().filter(|child| !reads::is_literal(child)).collect(),
    }
}

/// Values of the parts of a query in each row, by place.
pub(super) struct Values<'a> {
    text: &'a str,
    found: HashMap<Span, Evaluated>,
    /// Columns that stages make; where a pattern that didn't match left them null, which.
    origins: &'a HashMap<String, String>,
}

impl<'a> Values<'a> {
    /// Evaluates everything that [`judge`] looks at, in the rows that `before` gives.
    pub(super) fn of(
        probe: &Probe<'_>,
        text: &'a str,
        before: &str,
        conditions: &[&Expr],
        origins: &'a HashMap<String, String>,
    ) -> Self {
        let mut spans = Vec::new();
        for condition in conditions {
            collect(condition, text, &mut spans);
        }
        let texts: Vec<&str> = spans.iter().map(|span| span.text(text)).collect();
        let evaluated = probe.evaluate(before, &texts);
        let found = spans.iter().copied().zip(evaluated).filter_map(|(span, value)| Some((span, value?))).collect();
        Self { text, found, origins }
    }

    fn value(&self, expr: &Expr, row: usize) -> Option<(DataType, Value)> {
        self.at(expr.span, row)
    }

    fn at(&self, span: Span, row: usize) -> Option<(DataType, Value)> {
        let evaluated = self.found.get(&span)?;
        Some((evaluated.data_type, evaluated.values.get(row)?.clone()))
    }

    pub(super) fn truth(&self, expr: &Expr, row: usize) -> Truth {
        match self.value(expr, row) {
            Some((_, Value::Boolean(true))) => Truth::True,
            Some((_, Value::Boolean(false))) => Truth::False,
            // A list of booleans is no truth either.
            Some((DataType::Boolean | DataType::Null, Value::Null | Value::List(_))) => Truth::Null,
            _ => Truth::Unknown,
        }
    }
}

fn collect(expr: &Expr, text: &str, spans: &mut Vec<Span>) {
    let mut add = |span: Span| {
        if !spans.contains(&span) {
            spans.push(span);
        }
    };
    add(expr.span);
    search::places(expr, text).into_iter().for_each(&mut add);
    let inner = parts(expr);
    if inner.is_empty() {
        for operand in operands(expr) {
            add(operand.span);
            // A call's own arguments say more than its result.
            for below in reads::children(operand).into_iter().filter(|below| !reads::is_literal(below)) {
                add(below.span);
            }
        }
    }
    for part in inner {
        collect(part, text, spans);
    }
}

/// How a condition came out in one row.
pub(super) fn judge(expr: &Expr, values: &Values<'_>, row: usize) -> Condition {
    let truth = values.truth(expr, row);
    let inner = parts(expr);
    let mut shown = Vec::new();
    if inner.is_empty() {
        for operand in operands(expr) {
            let mut push = |expr: &Expr| {
                if let Some((data_type, value)) = values.value(expr, row) {
                    let is_column = matches!(expr.kind, ExprKind::Name(_));
                    let words: Vec<&str> = expr.span.text(values.text).split_whitespace().collect();
                    let text = words.join(" ");
                    let origin = values.origins.get(&text).filter(|_| value.is_null()).cloned();
                    shown.push(Operand { span: expr.span, text, data_type, value, is_column, origin });
                }
            };
            push(operand);
            for below in reads::children(operand).into_iter().filter(|below| !reads::is_literal(below)) {
                push(below);
            }
        }
    }
    for span in search::places(expr, values.text) {
        let text = span.text(values.text).to_owned();
        // A field that no input knows is absent, and no mistake in the text of a search.
        let (data_type, value) = values.at(span, row).unwrap_or((DataType::Null, Value::Null));
        let origin = values.origins.get(&text).filter(|_| value.is_null()).cloned();
        shown.push(Operand { span, text, data_type, value, is_column: true, origin });
    }
    let parts = inner.into_iter().map(|part| judge(part, values, row)).collect();
    let mut condition = Condition {
        span: expr.span,
        truth,
        why: String::new(),
        hints: Vec::new(),
        operands: shown,
        parts,
        columns: reads::expression(expr),
    };
    if truth != Truth::True {
        (condition.why, condition.hints) = why(expr, &condition);
    }
    condition
}
