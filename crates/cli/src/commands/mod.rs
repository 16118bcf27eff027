//! The commands: one file each, with its options; one line in [`Command`], one in [`run`].

mod backtest;
mod check;
mod completions;
pub(crate) mod engine;
mod explain;
mod fields;
mod fmt;
mod follow;
mod help;
mod located;
mod man;
mod new;
mod normalize;
mod policies;
mod proposed;
pub(crate) mod query;
pub(crate) mod reference;
mod repl;
mod rule_args;
mod run;
mod test;

use clap::Subcommand;

use crate::args::Cli;
use crate::exit::Exit;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run an ES|QL query over logs
    Query(query::QueryArgs),
    /// Run detection rules over logs and print the alerts
    Run(run::RunArgs),
    /// Run detection rules over history as they would have run on their schedules
    Backtest(backtest::BacktestArgs),
    /// Check queries and rule files: syntax, types, fields, metadata; no data needed
    Check(check::CheckArgs),
    /// Lay out queries in the standard form
    Fmt(fmt::FmtArgs),
    /// Run the rules' own tests
    Test(test::TestArgs),
    /// Start a rule from a sample event: query, description and tests
    New(new::NewArgs),
    /// List the fields of logs: type, fill, most frequent values
    Fields(fields::FieldsArgs),
    /// Turn raw logs into ECS documents
    Normalize(normalize::NormalizeArgs),
    /// List the functions, or explain one
    #[command(after_help = "Examples:
  quarry functions
  quarry functions date_diff

Exit code: 0, or 2 where there is no function of the name.")]
    Functions(reference::NameArgs),
    /// List the commands of the language, or explain one
    #[command(after_help = "Examples:
  quarry commands
  quarry commands stats

Exit code: 0, or 2 where there is no command of the name.")]
    Commands(reference::NameArgs),
    /// Show what becomes of an event in a rule, stage by stage; or how a query would be run
    Explain(explain::ExplainArgs),
    /// Type queries at a prompt, with completion of fields and values; also `quarry` alone on a terminal
    Repl(repl::ReplArgs),
    /// Write the manual pages into a folder
    Man(man::ManArgs),
    /// Print the completion script of a shell
    #[command(after_help = "Examples:
  quarry completions bash > ~/.local/share/bash-completion/completions/quarry
  quarry completions zsh > ~/.zfunc/_quarry
  quarry completions fish > ~/.config/fish/completions/quarry.fish

Exit code: 0, or 2 where there is no such shell.")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the help of a command, or of a command or function of the language
    Help(help::HelpArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(cli: Cli) -> Exit {
    if let Err(message) = crate::config::load(cli.config.as_deref()) {
        crate::output::say(&format!("error: {message}"));
        return Exit::Failed;
    }
    let Some(command) = cli.command else { return repl::without_command() };
    match command {
        Command::Query(args) => query::run(args),
        Command::Run(args) => run::run(&args),
        Command::Backtest(args) => backtest::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Test(args) => test::run(&args),
        Command::New(args) => new::run(&args),
        Command::Fields(args) => fields::run(&args),
        Command::Normalize(args) => normalize::run(&args),
        Command::Functions(args) => reference::functions(args.name.as_deref()),
        Command::Commands(args) => reference::commands(args.name.as_deref()),
        Command::Explain(args) => explain::run(&args),
        Command::Repl(args) => repl::run(args),
        Command::Man(args) => man::run(&args),
        Command::Completions { shell } => completions::run(shell),
        Command::Help(args) => help::run(&args),
    }
}
