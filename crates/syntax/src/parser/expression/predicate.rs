//! LIKE, RLIKE, IN, IS NULL and the match operator: what follows the value they are about.

use quarry_diagnostics::{Code, Diagnostic};

use super::{Level, Tall};
use crate::{
    ast::{Expr, ExprKind},
    lexer::TokenKind,
    parser::core::{PResult, Parser},
};

impl Parser<'_> {
    /// A predicate over `operand`; a keyword of one is next.
    pub(super) fn predicate(&mut self, operand: Tall) -> PResult<Tall> {
        if self.eat_word("is") {
            return self.is_null(operand);
        }
        let negated = self.eat_word("not");
        if self.eat_word("in") {
            let height = operand.height;
            return self.membership(vec![operand.expr], negated, height);
        }
        if self.eat_word("like") {
            return self.like(operand, negated, false);
        }
        if self.eat_word("rlike") {
            return self.like(operand, negated, true);
        }
        let token = self.peek();
        let from = operand.expr.span.to(token.span);
        let input = crate::lexer::shown(from.text(self.text));
        self.fail(
            Diagnostic::error(Code::UNEXPECTED_TOKEN, token.span, format!("no viable alternative at input '{input}'"))
                .with_help("LIKE, RLIKE or IN may follow NOT here"),
        )
    }

    fn is_null(&mut self, operand: Tall) -> PResult<Tall> {
        let negated = self.eat_word("not");
        if !self.eat_word("null") {
            let expected: &[&str] = if negated { &["'null'"] } else { &["'not'", "'null'"] };
            return self.unexpected(expected);
        }
        let span = self.since(operand.expr.span);
        let kind = ExprKind::IsNull { operand: Box::new(operand.expr), negated };
        self.grown(kind, span, operand.height)
    }

    fn like(&mut self, operand: Tall, negated: bool, regex: bool) -> PResult<Tall> {
        let mut height = operand.height;
        let list = self.at_pattern_list();
        let patterns = if list {
            self.bump();
            let patterns = self.list(Self::listed_pattern)?;
            self.close_list()?;
            patterns
        } else {
            let pattern = self.tall(Level::Primary)?;
            height = height.max(pattern.height);
            vec![pattern.expr]
        };
        let span = self.since(operand.expr.span);
        let kind = ExprKind::Like { operand: Box::new(operand.expr), negated, regex, patterns, list };
        self.grown(kind, span, height)
    }

    /// Whether a list of patterns is next, rather than one in parentheses: a constant and a comma or the end follow.
    fn at_pattern_list(&mut self) -> bool {
        if !self.at(TokenKind::LeftParen) {
            return false;
        }
        let second = self.peek_second();
        let third = self.peek_after(second);
        matches!(second.kind, TokenKind::String | TokenKind::Param)
            && matches!(third.kind, TokenKind::Comma | TokenKind::RightParen)
    }

    fn listed_pattern(&mut self) -> PResult<Expr> {
        if !matches!(self.kind(), TokenKind::String | TokenKind::Param) {
            return self.unexpected(&["QUOTED_STRING", "'?'"]);
        }
        self.constant()
    }

    /// What follows `IN`: a list, or a query.
    pub(super) fn membership(&mut self, mut operands: Vec<Expr>, negated: bool, height: u32) -> PResult<Tall> {
        let start = operands.first().map_or(self.start(), |first| first.span);
        self.expect(TokenKind::LeftParen, "'('")?;
        if self.at_query() {
            let query = Box::new(self.nested_query()?);
            self.expect(TokenKind::RightParen, "')'")?;
            let span = self.since(start);
            return self.grown(ExprKind::InSubquery { operands, negated, query }, span, height);
        }
        let (list, elements) = self.tall_list()?;
        self.close_list()?;
        let span = self.since(start);
        let Some(operand) = operands.pop() else { return self.unexpected(&["'('"]) };
        let kind = ExprKind::In { operand: Box::new(operand), negated, list };
        self.grown(kind, span, height.max(elements))
    }

    /// Values separated by commas, and the height of the highest.
    pub(super) fn tall_list(&mut self) -> PResult<(Vec<Expr>, u32)> {
        let mut height = 0;
        let list = self.list(|parser| {
            let value = parser.tall(Level::Comparison)?;
            height = height.max(value.height);
            Ok(value.expr)
        })?;
        Ok((list, height))
    }

    pub(super) fn close_list(&mut self) -> PResult<()> {
        if self.eat(TokenKind::RightParen) {
            return Ok(());
        }
        self.unexpected(&["','", "')'"])
    }

    /// `field : constant`
    pub(super) fn matching(&mut self, field: Tall) -> PResult<Tall> {
        self.bump();
        let query = self.constant()?;
        let span = field.expr.span.to(query.span);
        let kind = ExprKind::Match { field: Box::new(field.expr), query: Box::new(query) };
        self.grown(kind, span, field.height)
    }
}
