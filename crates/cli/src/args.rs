//! What can be typed after `quarry`.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::commands::Command;

/// Runs ES|QL and Elastic's detection rules over plain JSON logs: no cluster, no ingest.
#[derive(Debug, Parser)]
#[command(name = "quarry", version, long_version = crate::version::long(), max_term_width = 100)]
pub(crate) struct Cli {
    /// The configuration, instead of the nearest quarry.toml upward from here; an empty file for none
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Without a command, a prompt on a terminal
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What is read, and how.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// File, folder, glob or - (standard input) to read; may be repeated. NAME= gives its index a name
    #[arg(short, long = "input", value_name = "[NAME=]PATH")]
    pub(crate) input: Vec<String>,
    /// Field types as Elasticsearch's get-mapping API returns them, for all inputs or for the index NAME
    #[arg(long, value_name = "[NAME=]FILE")]
    pub(crate) mapping: Vec<String>,
    /// Enrich policies as Elasticsearch's API takes them: {"NAME": {"match": {"indices": .., "match_field": ..,
    /// "enrich_fields": [..]}}}
    #[arg(long, value_name = "FILE")]
    pub(crate) policies: Vec<String>,
    /// The time that NOW() gives, instead of the present
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Threads to use
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// What sorting and grouping may take of memory, such as 512MB or 8GB [default: 4GB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory_limit: Option<String>,
    /// Don't print the closing account of what was read
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Read every record in full, without skipping those that a literal search rules out
    #[arg(long, hide = true)]
    pub(crate) no_prefilter: bool,
}
