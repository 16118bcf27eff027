//! Chains of AND and of OR.

use std::collections::VecDeque;

use quarry_diagnostics::Span;

use super::{Level, Tall};
use crate::{
    ast::{BinaryOp, ExprKind},
    lexer::TokenKind,
    parser::{
        LONGEST_LEANING_CHAIN,
        core::{PResult, Parser},
    },
};

impl Parser<'_> {
    /// The rest of a chain of one operator that starts with `first`.
    pub(super) fn chain(&mut self, first: Tall, op: BinaryOp, level: Level) -> PResult<Tall> {
        let mut rest = VecDeque::new();
        while self.at_logical(op) {
            let op_span = self.bump().span;
            rest.push_back((op_span, self.tall(level.next())?));
        }
        if rest.len() < LONGEST_LEANING_CHAIN {
            let mut left = first;
            for (op_span, right) in rest {
                left = self.join(left, op, op_span, right)?;
            }
            return Ok(left);
        }
        self.balanced(op, first, &mut rest)
    }

    /// Halves the chain until its parts have two operands: the height is the logarithm of the length.
    fn balanced(&mut self, op: BinaryOp, first: Tall, rest: &mut VecDeque<(Span, Tall)>) -> PResult<Tall> {
        if rest.is_empty() {
            return Ok(first);
        }
        let mut upper = rest.split_off(rest.len() / 2);
        let left = self.balanced(op, first, rest)?;
        let Some((op_span, start)) = upper.pop_front() else { return Ok(left) };
        let right = self.balanced(op, start, &mut upper)?;
        self.join(left, op, op_span, right)
    }

    fn join(&mut self, left: Tall, op: BinaryOp, op_span: Span, right: Tall) -> PResult<Tall> {
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height);
        let kind = ExprKind::Binary { op, op_span, left: Box::new(left.expr), right: Box::new(right.expr) };
        self.grown(kind, span, height)
    }

    fn at_logical(&mut self, op: BinaryOp) -> bool {
        match op {
            BinaryOp::And => self.at(TokenKind::DoubleAmpersand) || self.at_word("and"),
            _ => self.at(TokenKind::DoublePipe) || self.at_word("or"),
        }
    }
}
