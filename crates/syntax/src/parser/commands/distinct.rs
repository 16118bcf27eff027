use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const DISTINCT: CommandInfo = CommandInfo {
    name: "DISTINCT",
    summary: "Keeps one of the rows that are the same in all columns; DEDUP under another name.",
    syntax: "DISTINCT",
    examples: &["KEEP user.name, source.ip | DISTINCT"],
    parse: |_, _| Ok(CommandKind::Distinct),
    ..BASE
};
