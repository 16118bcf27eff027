use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const ROW: CommandInfo = CommandInfo {
    name: "ROW",
    summary: "Makes one row of constants.",
    syntax: "ROW [name =] expression [, ...]",
    examples: &["ROW a = 1, b = [\"x\", \"y\"]"],
    source: true,
    parse: |parser, _| Ok(CommandKind::Row(parser.fields()?)),
    ..BASE
};
