use super::{BASE, CommandInfo};
use crate::{
    ast::{CommandKind, Rename},
    lexer::{Mode, TokenKind},
    parser::core::{PResult, Parser},
};

pub(super) const RENAME: CommandInfo = CommandInfo {
    name: "RENAME",
    summary: "Gives columns other names.",
    syntax: "RENAME old AS new | new = old [, ...]",
    examples: &["RENAME source.ip AS ip, user = user.name"],
    mode: Mode::Pattern,
    parse: |parser, _| Ok(CommandKind::Rename(parser.list(rename)?)),
    ..BASE
};

fn rename(parser: &mut Parser<'_>) -> PResult<Rename> {
    let start = parser.start();
    let first = parser.exact_pattern(&["as"], "RENAME")?;
    let assignment = parser.eat(TokenKind::Assign);
    if !assignment && !parser.eat_word("as") {
        return parser.unexpected(&["'as'", "'='"]);
    }
    let second = parser.exact_pattern(&["as"], "RENAME")?;
    let (old, new) = if assignment { (second, first) } else { (first, second) };
    Ok(Rename { old, new, assignment, span: parser.since(start) })
}
