//! The commands, one file each. [`commands`] is the one list of them: parser, help, completion and documentation
//! read it.

mod change_point;
mod columns;
mod dedup;
mod dissect;
mod distinct;
mod enrich;
mod eval;
mod extract;
mod fill_null;
mod fork;
mod from;
mod grok;
mod limit;
mod lookup_join;
mod mv_expand;
mod rename;
mod row;
mod sample;
mod show;
mod sort;
mod stats;
mod unsupported;
mod where_;

use quarry_diagnostics::Span;

use super::core::{PResult, Parser};
use crate::{ast::CommandKind, lexer::Mode};

/// What is to be known of a command.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// Its keyword or keywords in upper case: `WHERE`, `LOOKUP JOIN`.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// How it is written; optional parts stand in brackets.
    pub syntax: &'static str,
    /// Whole queries or commands that use it. Those of a source command start with it, others are to be piped.
    pub examples: &'static [&'static str],
    /// Whether it starts a query.
    pub source: bool,
    /// Whether it can be run; commands for search and inference are only parsed.
    pub supported: bool,
    /// How the text after the keyword is cut into tokens.
    pub(crate) mode: Mode,
    /// Parses what follows the keyword, which starts at the span.
    pub(crate) parse: fn(&mut Parser<'_>, Span) -> PResult<CommandKind>,
}

/// Where a command stands, which decides which commands may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start of the text.
    Source,
    /// At the start of a query in parentheses.
    Nested,
    /// After a pipe.
    Pipe,
}

impl Place {
    pub(super) fn takes(self, info: &CommandInfo) -> bool {
        match self {
            Place::Source => info.source,
            Place::Nested => info.source && matches!(info.name, "FROM" | "ROW" | "TS"),
            Place::Pipe => !info.source,
        }
    }
}

/// What most commands have in common.
const BASE: CommandInfo = CommandInfo {
    name: "",
    summary: "",
    syntax: "",
    examples: &[],
    source: false,
    supported: true,
    mode: Mode::Expression,
    parse: unsupported::swallow,
};

static COMMANDS: &[CommandInfo] = &[
    from::FROM,
    row::ROW,
    show::SHOW_INFO,
    change_point::CHANGE_POINT,
    dedup::DEDUP,
    dissect::DISSECT,
    columns::DROP,
    enrich::ENRICH,
    eval::EVAL,
    fork::FORK,
    grok::GROK,
    stats::INLINE_STATS,
    stats::INLINESTATS,
    extract::IP_LOCATION,
    columns::KEEP,
    limit::LIMIT,
    lookup_join::LOOKUP_JOIN,
    mv_expand::MV_EXPAND,
    extract::REGISTERED_DOMAIN,
    rename::RENAME,
    sample::SAMPLE,
    sort::SORT,
    stats::STATS,
    extract::URI_PARTS,
    extract::USER_AGENT,
    where_::WHERE,
    unsupported::TS,
    unsupported::PROMQL,
    unsupported::EXPLAIN,
    unsupported::COMPLETION,
    unsupported::RERANK,
    unsupported::FUSE,
    unsupported::MMR,
    unsupported::METRICS_INFO,
    unsupported::TS_INFO,
    unsupported::TS_COLLAPSE,
    unsupported::HIGHLIGHT,
    distinct::DISTINCT,
    fill_null::FILLNULL,
];

/// All commands: first those that start a query, then the others by name, then those that are only parsed.
#[must_use]
pub fn commands() -> &'static [CommandInfo] {
    COMMANDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_parse() {
        for info in commands() {
            assert!(!info.summary.is_empty() && !info.syntax.is_empty(), "{}", info.name);
            assert!(!info.supported || !info.examples.is_empty(), "{}", info.name);
            for example in info.examples {
                let text = if info.source { (*example).to_owned() } else { format!("FROM logs | {example}") };
                assert_eq!(crate::parse(&text).errors, [], "{text}");
                assert!(example.contains(info.name), "{example}");
            }
        }
    }
}
