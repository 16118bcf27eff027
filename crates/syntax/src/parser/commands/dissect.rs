use super::{BASE, CommandInfo};
use crate::{ast::CommandKind, lexer::TokenKind};

pub(super) const DISSECT: CommandInfo = CommandInfo {
    name: "DISSECT",
    summary: "Takes a string apart at its delimiters.",
    syntax: "DISSECT input \"pattern\" [APPEND_SEPARATOR = \"separator\"]",
    examples: &["DISSECT message \"%{date} - %{msg} - %{ip}\""],
    parse: |parser, _| {
        let input = parser.primary()?;
        let pattern = parser.string()?;
        let mut options = Vec::new();
        if parser.at(TokenKind::Word) || parser.at(TokenKind::Quoted) {
            options = parser.list(|parser| {
                let name = parser.ident(crate::parser::EXPRESSION_WORDS)?;
                parser.expect(TokenKind::Assign, "'='")?;
                Ok((name, parser.constant()?))
            })?;
        }
        Ok(CommandKind::Dissect { input, pattern, options })
    },
    ..BASE
};
