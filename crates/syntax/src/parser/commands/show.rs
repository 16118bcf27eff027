use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const SHOW_INFO: CommandInfo = CommandInfo {
    name: "SHOW INFO",
    summary: "Gives the version of the engine as one row.",
    syntax: "SHOW INFO",
    examples: &["SHOW INFO"],
    source: true,
    parse: |_, _| Ok(CommandKind::ShowInfo),
    ..BASE
};
