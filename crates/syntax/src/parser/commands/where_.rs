use super::{BASE, CommandInfo};
use crate::ast::CommandKind;

pub(super) const WHERE: CommandInfo = CommandInfo {
    name: "WHERE",
    summary: "Keeps the rows for which a condition is true.",
    syntax: "WHERE condition",
    examples: &["WHERE event.outcome == \"failure\" AND user.name LIKE \"adm*\""],
    parse: |parser, _| Ok(CommandKind::Where(parser.expression()?)),
    ..BASE
};
