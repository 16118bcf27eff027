//! Function calls and option maps.

use quarry_diagnostics::Span;

use super::{Level, Tall};
use crate::{
    ast::{Expr, ExprKind, Map, NameSegment, StringLiteral},
    lexer::TokenKind,
    parser::core::{PResult, Parser},
};

impl Parser<'_> {
    /// The arguments of the call of `name`.
    #[inline(never)]
    pub(super) fn call(&mut self, name: NameSegment, start: Span) -> PResult<Tall> {
        let open = self.bump().span;
        let mut args = Vec::new();
        let mut options = None;
        let mut height = 0;
        let star = self.at(TokenKind::Star);
        if star {
            let span = self.bump().span;
            args.push(Expr { kind: ExprKind::Star, span });
        }
        if !star && !self.at(TokenKind::RightParen) {
            loop {
                if self.at(TokenKind::LeftBrace) && !args.is_empty() {
                    options = Some(self.map()?);
                    break;
                }
                let arg = self.tall(Level::Or)?;
                height = height.max(arg.height);
                args.push(arg.expr);
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
        }
        if !self.eat(TokenKind::RightParen) {
            let expected: &[&str] = if star || options.is_some() { &["')'"] } else { &["','", "')'"] };
            let error = self.mismatch(expected).with_label(open, "opened here");
            return self.fail(error);
        }
        let span = self.since(start);
        self.grown(ExprKind::Call { name, args, options }, span, height)
    }

    /// `{"key": value, ...}`
    pub(crate) fn map(&mut self) -> PResult<Map> {
        self.deeper(|parser| {
            let start = parser.start();
            parser.expect(TokenKind::LeftBrace, "'{'")?;
            let mut entries = Vec::new();
            if !parser.at(TokenKind::RightBrace) {
                entries = parser.list(Self::entry)?;
            }
            if !parser.eat(TokenKind::RightBrace) {
                return parser.unexpected(&["','", "'}'"]);
            }
            Ok(Map { entries, span: parser.since(start) })
        })
    }

    fn entry(&mut self) -> PResult<(StringLiteral, Expr)> {
        let key = self.string()?;
        self.expect(TokenKind::Colon, "':'")?;
        Ok((key, self.constant_or_map()?))
    }

    /// The value of a map's entry or of a setting.
    pub(crate) fn constant_or_map(&mut self) -> PResult<Expr> {
        if !self.at(TokenKind::LeftBrace) {
            return self.constant();
        }
        let map = self.map()?;
        let span = map.span;
        Ok(Expr { kind: ExprKind::Map(map), span })
    }
}
