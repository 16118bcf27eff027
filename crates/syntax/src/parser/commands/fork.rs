use quarry_diagnostics::{Code, Span};

use super::{BASE, CommandInfo};
use crate::{
    ast::CommandKind,
    lexer::TokenKind,
    parser::core::{PResult, Parser},
};

/// The reference offers no more branches than these.
const MOST_BRANCHES: usize = 8;

pub(super) const FORK: CommandInfo = CommandInfo {
    name: "FORK",
    summary: "Sends the rows through several branches and puts the results together.",
    syntax: "FORK (command [| ...]) (command [| ...]) [...]",
    examples: &["FORK (WHERE a == 1) (WHERE b == 2 | LIMIT 5)"],
    parse: fork,
    ..BASE
};

fn fork(parser: &mut Parser<'_>, start: Span) -> PResult<CommandKind> {
    let mut branches = Vec::new();
    while parser.at(TokenKind::LeftParen) || branches.is_empty() {
        parser.expect(TokenKind::LeftParen, "'('")?;
        branches.push(parser.branch()?);
        parser.expect(TokenKind::RightParen, "')'")?;
    }
    let span = parser.since(start);
    if branches.len() > MOST_BRANCHES {
        parser.complain(Code::INVALID_SYNTAX, span, format!("Fork supports up to {MOST_BRANCHES} branches"));
    }
    Ok(CommandKind::Fork(branches))
}
