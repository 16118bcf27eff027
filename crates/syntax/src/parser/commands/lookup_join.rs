use quarry_diagnostics::Code;

use super::{BASE, CommandInfo};
use crate::{
    ast::CommandKind,
    lexer::{Mode, TokenKind},
};

pub(super) const LOOKUP_JOIN: CommandInfo = CommandInfo {
    name: "LOOKUP JOIN",
    summary: "Adds the columns of the matching rows of a lookup index.",
    syntax: "LOOKUP JOIN index ON name [, ...] | condition",
    examples: &["LOOKUP JOIN threats ON source.ip"],
    mode: Mode::Source,
    parse: |parser, _| {
        let index = parser.index_pattern(&["QUOTED_STRING", "UNQUOTED_SOURCE"])?;
        if index.text.contains('*') {
            let message = format!("invalid index pattern [{}], * is not allowed in LOOKUP JOIN", index.text);
            parser.complain(Code::BAD_PATTERN, index.span, message);
        }
        parser.set_mode(Mode::Expression);
        if parser.at(TokenKind::Word) && !parser.at_word("on") {
            return parser.unexpected(&["'on'"]);
        }
        parser.expect_word("on")?;
        let on = parser.list(|parser| parser.expression())?;
        Ok(CommandKind::LookupJoin { index, on })
    },
    ..BASE
};
