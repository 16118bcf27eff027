//! Comparisons of one field joined by OR: they become one test of the field, as in the reference, which warns of
//! that test and not of each comparison.

use quarry_diagnostics::Span;
use quarry_functions::registry::{self, Function};
use quarry_syntax::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind};
use quarry_types::{DataType, Value};

use super::Analyzer;
use super::expression::strip_parens;
use crate::expression::{ColumnId, Expr, ExprKind};

/// An operand of OR.
pub(super) struct Alternative<'a> {
    pub(super) ast: &'a Ast,
    pub(super) expr: Expr,
    /// From the start of the chain to its end.
    pub(super) whole: Span,
}

/// A test of a field against constants.
struct FieldTest {
    field: ColumnId,
    /// Where the field is named.
    span: Span,
    column: Expr,
    constants: Vec<Expr>,
    is_block: bool,
}

impl Analyzer<'_> {
    /// The operands joined by OR.
    pub(super) fn alternatives(&mut self, operands: Vec<Alternative<'_>>) -> Expr {
        let spans: Vec<(Span, Span)> = operands.iter().map(|operand| (operand.ast.span, operand.whole)).collect();
        let Some(whole) = spans.last().map(|(_, whole)| *whole) else { return Expr::null() };
        let merged = self.merged(&operands);
        if merged.is_empty() {
            let mut parts = operands.into_iter().map(|operand| operand.expr).zip(spans);
            let Some((mut value, (mut value_span, _))) = parts.next() else { return Expr::null() };
            for (part, (part_span, span)) in parts {
                value = self.build_operator("or", vec![value, part], &[value_span, part_span], span);
                value_span = span;
            }
            return value;
        }
        let mut parts = merged.into_iter();
        let Some((mut value, mut value_span)) = parts.next() else { return Expr::null() };
        for (part, part_span) in parts {
            value = self.build_operator("or", vec![value, part], &[value_span, part_span], whole);
            value_span = whole;
        }
        value
    }

    /// The operands with those of one field made one, each with its place; none where no two are of one field.
    fn merged(&mut self, operands: &[Alternative<'_>]) -> Vec<(Expr, Span)> {
        let mut groups: Vec<FieldTest> = Vec::new();
        let mut places: Vec<Option<usize>> = Vec::with_capacity(operands.len());
        let mut merges = false;
        for operand in operands {
            let test = field_test(operand);
            let known = test.as_ref().and_then(|test| groups.iter().position(|group| group.joins(test)));
            match (test, known) {
                (Some(test), Some(at)) => {
                    merges = true;
                    groups[at].take(test);
                    places.push(None);
                }
                (Some(test), None) => {
                    groups.push(test);
                    places.push(Some(groups.len() - 1));
                }
                (None, _) => places.push(None),
            }
        }
        if !merges {
            return Vec::new();
        }
        let mut parts = Vec::new();
        for (operand, place) in operands.iter().zip(places) {
            match place {
                Some(at) => parts.push((self.test_of(&groups[at]), groups[at].span)),
                None if field_test(operand).is_none() => parts.push((operand.expr.clone(), operand.ast.span)),
                None => {}
            }
        }
        parts
    }

    fn test_of(&mut self, test: &FieldTest) -> Expr {
        let mut arguments = vec![test.column.clone()];
        arguments.extend(test.constants.iter().cloned());
        let spans = vec![test.span; arguments.len()];
        if test.is_block {
            return match registry::find("cidr_match") {
                Some(Function::Scalar(function)) => self.build_call(function, arguments, &spans, Vec::new(), test.span),
                _ => Expr::null(),
            };
        }
        let operator = if test.constants.len() == 1 { "equals" } else { "in" };
        self.build_operator(operator, arguments, &spans, test.span)
    }
}

impl FieldTest {
    /// Whether both can be one: blocks of addresses take in addresses.
    fn joins(&self, other: &FieldTest) -> bool {
        self.field == other.field && self.column.data_type == other.column.data_type
    }

    fn take(&mut self, other: FieldTest) {
        let is_block = self.is_block || other.is_block;
        let mut constants = std::mem::take(&mut self.constants);
        let known = |constants: &[Expr], one: &Expr| constants.iter().any(|c| c.as_literal() == one.as_literal());
        for constant in other.constants {
            if !known(&constants, &constant) {
                constants.push(constant);
            }
        }
        self.constants = if is_block { constants.into_iter().map(as_text).collect() } else { constants };
        self.is_block = is_block;
    }
}

/// An address as the text that a block is written as.
fn as_text(constant: Expr) -> Expr {
    match constant.as_literal() {
        Some(address @ Value::Ip(_)) => Expr::literal(DataType::Keyword, Value::String(address.to_string())),
        _ => constant,
    }
}

/// What an operand tests, where it compares a field with constants.
fn field_test(operand: &Alternative<'_>) -> Option<FieldTest> {
    let ast = strip_parens(operand.ast);
    let (name, field_ast, is_block): (_, &Ast, bool) = match &ast.kind {
        AstKind::Binary { op: BinaryOp::Equal, left, right, .. } => {
            let named = [left, right].into_iter().find(|side| matches!(strip_parens(side).kind, AstKind::Name(_)))?;
            ("equals", named, false)
        }
        AstKind::In { operand, negated: false, .. } => ("in", operand, false),
        AstKind::Call { args, .. } => ("cidr_match", args.first()?, true),
        _ => return None,
    };
    let arguments = operand.expr.as_call(name)?.arguments.as_slice();
    let at = arguments.iter().position(|argument| matches!(argument.kind, ExprKind::Column(_)))?;
    let column = arguments.get(at)?;
    let ExprKind::Column(field) = column.kind else { return None };
    let constants: Vec<Expr> = arguments.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c.clone()).collect();
    let plain = |constant: &Expr| matches!(constant.as_literal(), Some(value) if !value.is_null() && !matches!(value, Value::List(_)));
    if constants.is_empty() || !constants.iter().all(plain) || (at > 0 && name != "equals") {
        return None;
    }
    Some(FieldTest { field, span: strip_parens(field_ast).span, column: column.clone(), constants, is_block })
}
