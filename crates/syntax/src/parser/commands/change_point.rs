use super::{BASE, CommandInfo};
use crate::{ast::CommandKind, lexer::TokenKind};

const WORDS: &[&str] = &["on", "as", "by"];

pub(super) const CHANGE_POINT: CommandInfo = CommandInfo {
    name: "CHANGE_POINT",
    summary: "Finds the point where a series of values changes.",
    syntax: "CHANGE_POINT value [ON key] [AS type, pvalue] [BY expression [, ...]]",
    examples: &["CHANGE_POINT n ON hour AS kind, p"],
    parse: |parser, _| {
        let value = parser.name(WORDS)?;
        let mut key = None;
        if parser.eat_word("on") {
            key = Some(parser.name(WORDS)?);
        }
        let mut targets = None;
        if parser.eat_word("as") {
            let kind = parser.name(WORDS)?;
            parser.expect(TokenKind::Comma, "','")?;
            targets = Some((kind, parser.name(WORDS)?));
        }
        let mut by = Vec::new();
        if parser.eat_word("by") {
            by = parser.list(|parser| parser.expression())?;
        }
        Ok(CommandKind::ChangePoint { value, key, targets, by })
    },
    ..BASE
};
