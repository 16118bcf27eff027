use super::{BASE, CommandInfo};
use crate::{ast::CommandKind, lexer::Mode};

pub(super) const FROM: CommandInfo = CommandInfo {
    name: "FROM",
    summary: "Reads the rows of indices.",
    syntax: "FROM index_pattern [, ...] [METADATA field [, ...]]",
    examples: &["FROM logs-*", "FROM logs-aws.cloudtrail-* METADATA _id, _index, _version"],
    source: true,
    mode: Mode::Source,
    parse: |parser, _| Ok(CommandKind::From(parser.targets()?)),
    ..BASE
};
