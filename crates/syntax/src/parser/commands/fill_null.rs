use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const FILLNULL: CommandInfo = CommandInfo {
    name: "FILLNULL",
    summary: "Puts a value in the place of nulls: the one given, or with DEFAULT zero, false or an empty string.",
    syntax: "FILLNULL value|DEFAULT ON pattern [, ...]",
    examples: &["FILLNULL \"unknown\" ON user.name", "FILLNULL DEFAULT ON *"],
    parse: |parser, _| {
        let value = if parser.eat_word("default") { None } else { Some(parser.constant()?) };
        parser.expect_word("on")?;
        let patterns = parser.pattern_list()?;
        Ok(CommandKind::FillNull { value, patterns })
    },
    ..BASE
};
