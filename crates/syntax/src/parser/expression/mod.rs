//! Expressions by precedence climbing.
//!
//! From tightest to loosest: `::`, sign, `* / %`, `+ -`, comparison (not associative), the predicates LIKE, RLIKE, IN,
//! IS NULL, then NOT, AND, OR.

mod call;
mod chain;
mod predicate;
mod primary;

use quarry_diagnostics::Span;

use super::{
    core::{PResult, Parser},
    error::OPERAND,
};
use crate::{
    MAX_EXPRESSION_DEPTH,
    ast::{BinaryOp, Expr, ExprKind, UnaryOp},
    lexer::{Token, TokenKind},
};

/// How tightly an operator binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Predicate,
    Comparison,
    Sum,
    Product,
    Sign,
    Primary,
}

impl Level {
    /// The level of the operands to the right of a left-associative operator of this level.
    fn next(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Predicate,
            Self::Predicate => Self::Comparison,
            Self::Comparison => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Sign,
            Self::Sign | Self::Primary => Self::Primary,
        }
    }
}

/// An expression with the height of its tree, which is bounded.
#[derive(Debug)]
pub(super) struct Tall {
    pub(super) expr: Expr,
    pub(super) height: u32,
}

impl Tall {
    pub(super) fn leaf(kind: ExprKind, span: Span) -> Self {
        Self { expr: Expr { kind, span }, height: 1 }
    }
}

/// Which operator the next token is, as far as precedence goes.
enum Operator {
    Binary(BinaryOp, Level),
    Match,
    /// LIKE, RLIKE, IN, IS, or the NOT before one of them.
    Predicate,
}

impl Parser<'_> {
    /// A boolean expression: what the grammar calls `bool`.
    pub(crate) fn expression(&mut self) -> PResult<Expr> {
        Ok(self.tall(Level::Or)?.expr)
    }

    /// A primary: a constant, name, call or parenthesised expression, with its casts.
    pub(super) fn primary(&mut self) -> PResult<Expr> {
        Ok(self.tall(Level::Primary)?.expr)
    }

    /// An expression of operators that bind at least as tightly as `level`.
    pub(super) fn tall(&mut self, level: Level) -> PResult<Tall> {
        self.deeper(|parser| {
            let (mut left, mut bound) = parser.operand(level)?;
            while let Some(operator) = parser.operator() {
                let next = match operator {
                    Operator::Binary(op @ (BinaryOp::And | BinaryOp::Or), at) if at >= level => {
                        left = parser.chain(left, op, at)?;
                        at
                    }
                    Operator::Binary(op, at) if at >= level && (bound > at || (bound == at && at >= Level::Sum)) => {
                        left = parser.binary(left, op, at)?;
                        at
                    }
                    Operator::Predicate if Level::Predicate >= level && bound > Level::Predicate => {
                        left = parser.predicate(left)?;
                        Level::Predicate
                    }
                    Operator::Match if Level::Predicate >= level && bound == Level::Primary => {
                        left = parser.matching(left)?;
                        Level::Predicate
                    }
                    _ => break,
                };
                bound = next;
            }
            Ok(left)
        })
    }

    /// What stands before the first infix operator, and how tightly it holds together.
    fn operand(&mut self, level: Level) -> PResult<(Tall, Level)> {
        let token = self.peek();
        if token.kind == TokenKind::Word && level <= Level::Not && self.at_word("not") {
            return Ok((self.unary(token, UnaryOp::Not, Level::Not)?, Level::Not));
        }
        let op = match token.kind {
            TokenKind::Minus => UnaryOp::Negate,
            TokenKind::Plus => UnaryOp::Plus,
            _ => return Ok((self.cast_chain()?, Level::Primary)),
        };
        let number = matches!(self.peek_second().kind, TokenKind::Integer | TokenKind::Decimal);
        if number {
            return Ok((self.cast_chain()?, Level::Primary));
        }
        if level > Level::Sign {
            return self.unexpected(OPERAND);
        }
        Ok((self.unary(token, op, Level::Sign)?, Level::Sign))
    }

    fn unary(&mut self, token: Token, op: UnaryOp, level: Level) -> PResult<Tall> {
        self.bump();
        let operand = self.tall(level)?;
        let span = token.span.to(operand.expr.span);
        let kind = ExprKind::Unary { op, operand: Box::new(operand.expr) };
        self.grown(kind, span, operand.height)
    }

    fn binary(&mut self, left: Tall, op: BinaryOp, level: Level) -> PResult<Tall> {
        let op_span = self.bump().span;
        let right = self.tall(level.next())?;
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height);
        let kind = ExprKind::Binary { op, op_span, left: Box::new(left.expr), right: Box::new(right.expr) };
        self.grown(kind, span, height)
    }

    /// A node over children of the height given.
    pub(super) fn grown(&mut self, kind: ExprKind, span: Span, children: u32) -> PResult<Tall> {
        if children >= MAX_EXPRESSION_DEPTH {
            return self.too_deep();
        }
        Ok(Tall { expr: Expr { kind, span }, height: children + 1 })
    }

    fn operator(&mut self) -> Option<Operator> {
        use TokenKind as K;
        let token = self.peek();
        let (op, level) = match token.kind {
            K::Word => return self.word_operator(token),
            K::DoubleAmpersand => (BinaryOp::And, Level::And),
            K::DoublePipe => (BinaryOp::Or, Level::Or),
            K::Colon => return Some(Operator::Match),
            K::Equal => (BinaryOp::Equal, Level::Comparison),
            K::NotEqual => (BinaryOp::NotEqual, Level::Comparison),
            K::Less => (BinaryOp::Less, Level::Comparison),
            K::LessOrEqual => (BinaryOp::LessOrEqual, Level::Comparison),
            K::Greater => (BinaryOp::Greater, Level::Comparison),
            K::GreaterOrEqual => (BinaryOp::GreaterOrEqual, Level::Comparison),
            K::Plus => (BinaryOp::Add, Level::Sum),
            K::Minus => (BinaryOp::Subtract, Level::Sum),
            K::Star => (BinaryOp::Multiply, Level::Product),
            K::Slash => (BinaryOp::Divide, Level::Product),
            K::Percent => (BinaryOp::Modulo, Level::Product),
            _ => return None,
        };
        Some(Operator::Binary(op, level))
    }

    fn word_operator(&mut self, token: Token) -> Option<Operator> {
        let word = self.token_text(token);
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        if is("and") {
            return Some(Operator::Binary(BinaryOp::And, Level::And));
        }
        if is("or") {
            return Some(Operator::Binary(BinaryOp::Or, Level::Or));
        }
        (is("like") || is("rlike") || is("in") || is("is") || is("not")).then_some(Operator::Predicate)
    }
}
