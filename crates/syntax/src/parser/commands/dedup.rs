use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const DEDUP: CommandInfo = CommandInfo {
    name: "DEDUP",
    summary: "Keeps one of the rows that are the same in all columns.",
    syntax: "DEDUP",
    examples: &["DEDUP"],
    parse: |_, _| Ok(CommandKind::Dedup),
    ..BASE
};
