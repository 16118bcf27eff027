//! KEEP and DROP.

use quarry_diagnostics::Code;

use super::{BASE, CommandInfo};
use crate::{ast::CommandKind, lexer::Mode};

pub(super) const KEEP: CommandInfo = CommandInfo {
    name: "KEEP",
    summary: "Keeps the columns named, in the order named.",
    syntax: "KEEP pattern [, ...]",
    examples: &["KEEP @timestamp, host.*, *_id"],
    mode: Mode::Pattern,
    parse: |parser, _| {
        let patterns = parser.pattern_list()?;
        if let Some(second) = patterns.iter().filter(|pattern| pattern.is_star()).nth(1) {
            parser.complain(Code::BAD_PATTERN, second.span, "Cannot specify [*] more than once");
        }
        Ok(CommandKind::Keep(patterns))
    },
    ..BASE
};

pub(super) const DROP: CommandInfo = CommandInfo {
    name: "DROP",
    summary: "Removes the columns named.",
    syntax: "DROP pattern [, ...]",
    examples: &["DROP message, labels.*"],
    mode: Mode::Pattern,
    parse: |parser, _| {
        let patterns = parser.pattern_list()?;
        if let Some(star) = patterns.iter().find(|pattern| pattern.is_star()) {
            parser.complain(Code::BAD_PATTERN, star.span, "Removing all fields is not allowed [*]");
        }
        Ok(CommandKind::Drop(patterns))
    },
    ..BASE
};
