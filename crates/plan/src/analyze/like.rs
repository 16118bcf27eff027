//! LIKE and RLIKE.

use quarry_diagnostics::Span;
use quarry_syntax::ast::Expr as Ast;
use quarry_types::Value;

use super::Analyzer;
use crate::expression::{Expr, ExprKind};

impl Analyzer<'_> {
    /// Whether `operand` matches one of `patterns`.
    pub(super) fn like(&mut self, operand: &Ast, patterns: &[Ast], regex: bool, span: Span) -> Expr {
        let mut asts: Vec<&Ast> = vec![operand];
        asts.extend(patterns);
        let like = self.operator(if regex { "rlike" } else { "like" }, &asts, span);
        // The reference reads a pattern that everything matches as IS NOT NULL: lists match too, and null is false, so
        // that the negation holds for null.
        match self.matched_by_all(&like, regex) {
            Some(operand) => self.build_operator("is_not_null", vec![operand], &[span], span),
            None => like,
        }
    }

    /// The operand of a call one of whose patterns everything matches.
    fn matched_by_all(&self, like: &Expr, regex: bool) -> Option<Expr> {
        let ExprKind::Call(call) = &like.kind else { return None };
        let (operand, patterns) = call.arguments.split_first()?;
        let everything = patterns.iter().any(|pattern| match self.constant_of(pattern) {
            Some(Value::String(text)) => matches_everything(&text, regex),
            _ => false,
        });
        everything.then(|| operand.clone())
    }
}

fn matches_everything(pattern: &str, regex: bool) -> bool {
    if regex {
        return pattern == "@" || !pattern.is_empty() && pattern.replace(".*", "").is_empty();
    }
    !pattern.is_empty() && pattern.chars().all(|c| c == '*')
}
