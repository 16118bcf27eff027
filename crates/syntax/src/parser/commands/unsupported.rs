//! The commands that are recognised and never run: search, inference and time series.

use quarry_diagnostics::Span;

use super::{BASE, CommandInfo};
use crate::{
    ast::CommandKind,
    lexer::{Mode, TokenKind},
    parser::core::{PResult, Parser},
};

const NEVER_RUN: CommandInfo = CommandInfo { supported: false, ..BASE };

pub(super) const TS: CommandInfo = CommandInfo {
    name: "TS",
    summary: "Reads time series.",
    syntax: "TS index_pattern [, ...] [METADATA field [, ...]]",
    source: true,
    mode: Mode::Source,
    parse: |parser, _| unsupported(parser, "TS"),
    ..NEVER_RUN
};

pub(super) const PROMQL: CommandInfo = CommandInfo {
    name: "PROMQL",
    summary: "Runs a PromQL query.",
    syntax: "PROMQL [option = value ...] (query)",
    source: true,
    parse: |parser, _| unsupported(parser, "PROMQL"),
    ..NEVER_RUN
};

pub(super) const EXPLAIN: CommandInfo = CommandInfo {
    name: "EXPLAIN",
    summary: "Shows how a query would be run.",
    syntax: "EXPLAIN (query)",
    source: true,
    parse: |parser, _| unsupported(parser, "EXPLAIN"),
    ..NEVER_RUN
};

pub(super) const COMPLETION: CommandInfo = CommandInfo {
    name: "COMPLETION",
    summary: "Sends a prompt to a language model.",
    syntax: "COMPLETION [name =] prompt [WITH {options}]",
    parse: |parser, _| unsupported(parser, "COMPLETION"),
    ..NEVER_RUN
};

pub(super) const RERANK: CommandInfo = CommandInfo {
    name: "RERANK",
    summary: "Scores rows with an inference model.",
    syntax: "RERANK [name =] query ON field [, ...] [WITH {options}]",
    parse: |parser, _| unsupported(parser, "RERANK"),
    ..NEVER_RUN
};

pub(super) const FUSE: CommandInfo = CommandInfo {
    name: "FUSE",
    summary: "Merges the ranked results of FORK.",
    syntax: "FUSE [method] [SCORE BY name] [GROUP BY name] [KEY BY name [, ...]] [WITH {options}]",
    parse: |parser, _| unsupported(parser, "FUSE"),
    ..NEVER_RUN
};

pub(super) const MMR: CommandInfo = CommandInfo {
    name: "MMR",
    summary: "Picks results that differ from each other.",
    syntax: "MMR [query] ON name LIMIT count [WITH {options}]",
    parse: |parser, _| unsupported(parser, "MMR"),
    ..NEVER_RUN
};

pub(super) const METRICS_INFO: CommandInfo = CommandInfo {
    name: "METRICS_INFO",
    summary: "Lists the metrics of time series.",
    syntax: "METRICS_INFO",
    parse: |parser, _| unsupported(parser, "METRICS_INFO"),
    ..NEVER_RUN
};

pub(super) const TS_INFO: CommandInfo = CommandInfo {
    name: "TS_INFO",
    summary: "Lists time series.",
    syntax: "TS_INFO",
    parse: |parser, _| unsupported(parser, "TS_INFO"),
    ..NEVER_RUN
};

pub(super) const TS_COLLAPSE: CommandInfo = CommandInfo {
    name: "TS_COLLAPSE",
    summary: "Makes one row of each time series.",
    syntax: "TS_COLLAPSE",
    parse: |parser, _| unsupported(parser, "TS_COLLAPSE"),
    ..NEVER_RUN
};

pub(super) const HIGHLIGHT: CommandInfo = CommandInfo {
    name: "HIGHLIGHT",
    summary: "Marks the matches of a full-text search.",
    syntax: "HIGHLIGHT [name = \"text\"] condition ON name [, ...] [WITH {options}]",
    parse: |parser, _| unsupported(parser, "HIGHLIGHT"),
    ..NEVER_RUN
};

/// The fallback of a command without a parser of its own.
pub(super) fn swallow(parser: &mut Parser<'_>, _: Span) -> PResult<CommandKind> {
    unsupported(parser, "")
}

/// Takes everything up to the pipe that isn't inside brackets.
fn unsupported(parser: &mut Parser<'_>, name: &'static str) -> PResult<CommandKind> {
    let start = parser.start();
    let mut open = 0_u32;
    let mut any = false;
    loop {
        match parser.kind() {
            TokenKind::Eof => break,
            TokenKind::Pipe | TokenKind::RightParen if open == 0 => break,
            TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => open += 1,
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => open = open.saturating_sub(1),
            _ => {}
        }
        if name == PROMQL.name {
            // Another language: what is no token here may be one there.
            parser.bump_unchecked();
        } else {
            parser.bump();
        }
        any = true;
    }
    let arguments = if any { parser.since(start).text(parser.text).to_owned() } else { String::new() };
    Ok(CommandKind::Unsupported { name, arguments })
}
