//! The commands: one file each.

mod check;
mod completions;
mod engine;
mod explain;
mod fmt;
mod policies;
mod query;
mod reference;
mod run;
mod test;

use crate::args::{Cli, Command};
use crate::exit::Exit;

/// Runs the command that was typed.
pub(crate) fn run(cli: Cli) -> Exit {
    match cli.command {
        Command::Query(args) => query::run(args),
        Command::Run(args) => run::run(args),
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Functions(args) => reference::functions(args.name.as_deref()),
        Command::Commands(args) => reference::commands(args.name.as_deref()),
        Command::Explain(args) => explain::run(&args),
        Command::Completions { shell } => completions::run(shell),
    }
}
