//! Constants, names, calls, parentheses and casts.

use quarry_diagnostics::Span;

use super::{Level, Tall};
use crate::{
    ast::{Expr, ExprKind, NameSegment},
    lexer::TokenKind,
    parser::{
        EXPRESSION_WORDS,
        core::{PResult, Parser},
        error::OPERAND,
    },
};

impl Parser<'_> {
    /// A primary and the casts after it.
    pub(super) fn cast_chain(&mut self) -> PResult<Tall> {
        let mut value = self.bare_primary()?;
        while self.eat(TokenKind::DoubleColon) {
            let type_name = self.ident(EXPRESSION_WORDS)?;
            let span = value.expr.span.to(type_name.span);
            let kind = ExprKind::Cast { operand: Box::new(value.expr), type_name };
            value = self.grown(kind, span, value.height)?;
        }
        Ok(value)
    }

    fn bare_primary(&mut self) -> PResult<Tall> {
        let token = self.peek();
        if token.kind == TokenKind::LeftParen {
            return self.parenthesised();
        }
        if let Some(kind) = self.plain_constant()? {
            return Ok(Tall::leaf(kind, self.since(token.span)));
        }
        match token.kind {
            TokenKind::Plus | TokenKind::Minus => {
                self.bump();
                let kind = self.number(token.kind == TokenKind::Minus, token.span)?;
                Ok(Tall::leaf(kind, self.since(token.span)))
            }
            TokenKind::Word | TokenKind::Quoted | TokenKind::Param | TokenKind::IdentifierParam => self.named(),
            _ => self.unexpected(OPERAND),
        }
    }

    /// A name, a parameter or a call.
    fn named(&mut self) -> PResult<Tall> {
        let token = self.peek();
        let segment = if self.function_word() {
            self.name_segment(&[])?
        } else if matches!(token.kind, TokenKind::Word) && super::super::is_reserved(self.token_text(token)) {
            return self.reserved_word(token);
        } else {
            self.name_segment(EXPRESSION_WORDS)?
        };
        if self.at(TokenKind::LeftParen) {
            return self.call(segment, token.span);
        }
        let value_param = token.kind == TokenKind::Param && !self.at(TokenKind::Dot);
        let kind = match segment {
            NameSegment::Param(param) if value_param => ExprKind::Param(param),
            segment => ExprKind::Name(self.name_after(segment)?),
        };
        Ok(Tall::leaf(kind, self.since(token.span)))
    }

    /// Whether the next tokens call a function named by a keyword: `first` and `last` are such.
    fn function_word(&mut self) -> bool {
        (self.at_word("first") || self.at_word("last")) && self.peek_second().kind == TokenKind::LeftParen
    }

    #[cold]
    fn reserved_word(&mut self, token: crate::lexer::Token) -> PResult<Tall> {
        let error = self.mismatch(OPERAND);
        let alone = matches!(self.peek_second().kind, TokenKind::Eof | TokenKind::Pipe | TokenKind::Comma);
        let text = self.token_text(token);
        let error = if alone { error.with_fix(token.span, format!("`{text}`")) } else { error };
        self.fail(error)
    }

    /// `(expression)`, or the tuple before `IN (query)`.
    fn parenthesised(&mut self) -> PResult<Tall> {
        let start = self.bump().span;
        let inner = self.tall(Level::Or)?;
        if self.at(TokenKind::Comma) {
            return self.tuple(start, inner);
        }
        if !self.at(TokenKind::RightParen) {
            let error = self.mismatch(&["')'"]).with_label(start, "opened here");
            return self.fail(error);
        }
        self.bump();
        let span = self.since(start);
        self.grown(ExprKind::Paren(Box::new(inner.expr)), span, inner.height)
    }

    #[inline(never)]
    fn tuple(&mut self, start: Span, first: Tall) -> PResult<Tall> {
        self.bump();
        let (rest, height) = self.tall_list()?;
        self.close_list()?;
        let operands: Vec<Expr> = std::iter::once(first.expr).chain(rest).collect();
        let negated = self.eat_word("not");
        self.expect_word("in")?;
        if self.peek_second_is_query() {
            let mut tall = self.membership(operands, negated, height.max(first.height))?;
            tall.expr.span = self.since(start);
            return Ok(tall);
        }
        self.unexpected(&["'(' FROM"])
    }

    fn peek_second_is_query(&mut self) -> bool {
        if !self.at(TokenKind::LeftParen) {
            return false;
        }
        let second = self.peek_second();
        ["from", "row", "ts"].iter().any(|word| self.token_text(second).eq_ignore_ascii_case(word))
    }
}
