use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const GROK: CommandInfo = CommandInfo {
    name: "GROK",
    summary: "Takes a string apart with named regular expressions.",
    syntax: "GROK input \"pattern\" [, \"pattern\" ...]",
    examples: &["GROK message \"%{IP:source.ip} %{WORD:verb}\""],
    parse: |parser, _| {
        let input = parser.primary()?;
        let patterns = parser.list(|parser| parser.string())?;
        Ok(CommandKind::Grok { input, patterns })
    },
    ..BASE
};
