//! What can be typed after `quarry`.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::commands::Command;

/// Runs ES|QL and Elastic's detection rules over plain JSON logs: no cluster, no ingest.
#[derive(Debug, Parser)]
#[command(name = "quarry", version, long_version = crate::version::long(), max_term_width = 100)]
#[command(disable_help_subcommand = true)]
#[command(after_help = "Examples:
  quarry query -i evidence 'FROM logs-* | STATS COUNT(*) BY event.action'
  quarry run rules -i evidence
  quarry repl -i evidence

Exit code: 0; 1 where something was found (alerts, wrong queries, failing tests);
2 where a command could not do its work. The help of each command says which.")]
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
#[command(next_help_heading = "Input")]
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
    /// Parse every record, without skipping those that a search for literals rules out
    #[arg(long, hide = true)]
    pub(crate) no_prefilter: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    /// What a terminal of the usual width shows without wrapping.
    const COLUMNS: usize = 80;

    #[test]
    fn the_help_of_every_command_has_examples_and_exit_codes_that_fit_a_terminal() {
        let program = Cli::command();
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:\n") && help.contains("Exit code"), "{name}: {help}");
            let example = help.split("Exit code").next().unwrap_or_default();
            let long = example.lines().find(|line| line.starts_with("  ") && line.chars().count() > COLUMNS);
            assert_eq!(long, None, "{name}");
        }
    }
}
