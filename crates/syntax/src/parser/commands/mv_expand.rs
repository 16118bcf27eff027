use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const MV_EXPAND: CommandInfo = CommandInfo {
    name: "MV_EXPAND",
    summary: "Makes a row of each value of a column that holds several.",
    syntax: "MV_EXPAND name",
    examples: &["MV_EXPAND related.ip"],
    parse: |parser, _| Ok(CommandKind::MvExpand(parser.name(&[])?)),
    ..BASE
};
