//! STATS and INLINE STATS.

use quarry_diagnostics::{Code, Span};

use super::{BASE, CommandInfo};
use crate::{
    ast::{AggregateField, CommandKind},
    lexer::TokenKind,
    parser::core::{PResult, Parser},
};

pub(super) const STATS: CommandInfo = CommandInfo {
    name: "STATS",
    summary: "Computes aggregates, over all rows or for each group.",
    syntax: "STATS [[name =] aggregate [WHERE condition] [, ...]] [BY [name =] expression [, ...]]",
    examples: &["STATS n = COUNT(*), failed = COUNT(*) WHERE event.outcome == \"failure\" BY user.name"],
    parse: |parser, start| stats(parser, start, false),
    ..BASE
};

pub(super) const INLINE_STATS: CommandInfo = CommandInfo {
    name: "INLINE STATS",
    summary: "Computes aggregates and adds them to every row of their group.",
    syntax: "INLINE STATS [name =] aggregate [WHERE condition] [, ...] [BY [name =] expression [, ...]]",
    examples: &["INLINE STATS most = MAX(bytes) BY host.name"],
    parse: |parser, start| stats(parser, start, true),
    ..BASE
};

pub(super) const INLINESTATS: CommandInfo = CommandInfo {
    name: "INLINESTATS",
    summary: "The old spelling of INLINE STATS.",
    syntax: "INLINESTATS [name =] aggregate [WHERE condition] [, ...] [BY [name =] expression [, ...]]",
    examples: &["INLINESTATS most = MAX(bytes) BY host.name"],
    parse: |parser, start| stats(parser, start, true),
    ..BASE
};

fn stats(parser: &mut Parser<'_>, start: Span, inline: bool) -> PResult<CommandKind> {
    let ends = matches!(parser.kind(), TokenKind::Eof | TokenKind::Pipe | TokenKind::RightParen);
    if ends && !inline {
        let span = parser.since(start);
        let typed = span.text(parser.text);
        let message = format!("At least one aggregation or grouping expression required in [{typed}]");
        parser.complain(Code::INVALID_SYNTAX, span, message);
    }
    let mut aggregates = Vec::new();
    if inline || !(ends || parser.at_word("by")) {
        aggregates = parser.list(aggregate)?;
    }
    let mut groups = Vec::new();
    if parser.eat_word("by") {
        groups = parser.fields()?;
    }
    Ok(CommandKind::Stats { inline, aggregates, groups })
}

fn aggregate(parser: &mut Parser<'_>) -> PResult<AggregateField> {
    let start = parser.start();
    let field = parser.field()?;
    let mut filter = None;
    if parser.eat_word("where") {
        filter = Some(parser.expression()?);
    }
    Ok(AggregateField { field, filter, span: parser.since(start) })
}
