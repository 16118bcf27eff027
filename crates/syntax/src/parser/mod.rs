//! Tokens to tree: recursive descent over commands, precedence climbing over expressions.

pub(crate) mod commands;
mod constant;
mod core;
mod error;
mod expression;
mod name;
mod query;
mod source;

use quarry_diagnostics::{Code, Diagnostic, Span};

pub use commands::{CommandInfo, commands};
pub(crate) use core::Parser;
pub(crate) use name::EXPRESSION_WORDS;
pub use name::is_reserved;

use crate::ast::{Expr, ExprKind, Query, Statement};

/// The greatest height of an expression's tree.
pub const MAX_EXPRESSION_DEPTH: u32 = 400;
/// The greatest number of commands in one pipeline.
pub const MAX_PIPE_STAGES: usize = 500;
/// The greatest number of characters in a query.
pub const MAX_TEXT_LENGTH: usize = 1_000_000;

/// Chains of AND or OR with more operands than this become balanced trees instead of left-leaning ones. Both mean the
/// same, and a chain of any length keeps a small height.
pub(crate) const LONGEST_LEANING_CHAIN: usize = 32;

/// A comment with its marks, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The comment as typed, `//` or `/* */` included.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What [`parse`] found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree; where there are errors, with [`crate::ast::CommandKind::Error`] or [`ExprKind::Error`] in it.
    pub statement: Statement,
    /// All errors, by place.
    pub errors: Vec<Diagnostic>,
    /// All comments, by place.
    pub comments: Vec<Comment>,
}

/// Parses a query with its settings. Never fails: see [`Parsed`].
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if let Some(error) = too_long(text) {
        let span = Span::new(0, 0);
        let query = Query { commands: Vec::new(), span };
        return Parsed {
            statement: Statement { settings: Vec::new(), query },
            errors: vec![error],
            comments: Vec::new(),
        };
    }
    let mut parser = Parser::new(text);
    let statement = parser.statement();
    let (errors, comments) = parser.finish();
    Parsed { statement, errors, comments }
}

/// Parses one expression that stands alone. The tree is [`ExprKind::Error`] where nothing could be made of the text.
#[must_use]
pub fn parse_expression(text: &str) -> (Expr, Vec<Diagnostic>) {
    let span = Span::new(0, text.len());
    if let Some(error) = too_long(text) {
        return (Expr { kind: ExprKind::Error, span }, vec![error]);
    }
    let mut parser = Parser::new(text);
    let expr = match parser.expression() {
        Ok(expr) => expr,
        Err(_) => Expr { kind: ExprKind::Error, span },
    };
    parser.expect_end();
    let (errors, _) = parser.finish();
    (expr, errors)
}

fn too_long(text: &str) -> Option<Diagnostic> {
    let length = if text.len() > MAX_TEXT_LENGTH { text.chars().count() } else { 0 };
    (length > MAX_TEXT_LENGTH).then(|| {
        Diagnostic::error(
            Code::TOO_DEEP,
            Span::new(0, 0),
            format!("ESQL statement is too large [{length} characters > {MAX_TEXT_LENGTH}]"),
        )
    })
}

#[cfg(test)]
mod tests;
