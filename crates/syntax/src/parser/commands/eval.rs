//! EVAL, and the `[name =] expression` fields that several commands share.

use super::{BASE, CommandInfo};
use crate::{
    ast::{CommandKind, Expr, ExprKind, Field, Name, NameSegment},
    lexer::TokenKind,
    parser::core::{PResult, Parser},
};

pub(super) const EVAL: CommandInfo = CommandInfo {
    name: "EVAL",
    summary: "Adds columns that are computed from others.",
    syntax: "EVAL [name =] expression [, ...]",
    examples: &["EVAL day = DATE_TRUNC(1 day, @timestamp), big = bytes > 1000"],
    parse: |parser, _| Ok(CommandKind::Eval(parser.fields()?)),
    ..BASE
};

impl Parser<'_> {
    pub(super) fn fields(&mut self) -> PResult<Vec<Field>> {
        self.list(Self::field)
    }

    /// `[name =] expression`
    pub(super) fn field(&mut self) -> PResult<Field> {
        let start = self.start();
        let expr = self.expression()?;
        if !self.at(TokenKind::Assign) {
            return Ok(Field { name: None, expr, span: self.since(start) });
        }
        let Some(name) = as_name(expr) else { return self.unexpected(&["<EOF>", "'|'", "','"]) };
        self.bump();
        let expr = self.expression()?;
        Ok(Field { name: Some(name), expr, span: self.since(start) })
    }
}

/// The name that an expression turns out to be once `=` follows it. A value parameter fills one segment.
fn as_name(expr: Expr) -> Option<Name> {
    match expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Param(param) => Some(Name { span: param.span, segments: vec![NameSegment::Param(param)] }),
        _ => None,
    }
}
