use super::{BASE, CommandInfo};
use crate::{
    ast::{CommandKind, SortKey},
    parser::core::{PResult, Parser},
};

pub(super) const SORT: CommandInfo = CommandInfo {
    name: "SORT",
    summary: "Orders the rows by one or more keys.",
    syntax: "SORT expression [ASC|DESC] [NULLS FIRST|NULLS LAST] [, ...]",
    examples: &["SORT @timestamp DESC, host.name NULLS FIRST"],
    parse: |parser, _| Ok(CommandKind::Sort(parser.list(key)?)),
    ..BASE
};

fn key(parser: &mut Parser<'_>) -> PResult<SortKey> {
    let start = parser.start();
    let expr = parser.expression()?;
    let descending = either(parser, "desc", "asc");
    let mut nulls_first = None;
    if parser.eat_word("nulls") {
        nulls_first = either(parser, "first", "last");
        if nulls_first.is_none() {
            return parser.unexpected(&["'first'", "'last'"]);
        }
    }
    Ok(SortKey { expr, descending, nulls_first, span: parser.since(start) })
}

/// `Some(true)` where the keyword `yes` was taken, `Some(false)` for `no`.
fn either(parser: &mut Parser<'_>, yes: &str, no: &str) -> Option<bool> {
    if parser.eat_word(yes) {
        return Some(true);
    }
    parser.eat_word(no).then_some(false)
}
