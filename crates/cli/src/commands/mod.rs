//! The commands: one file each.

mod engine;
mod query;
mod run;

use crate::args::{Cli, Command};
use crate::exit::Exit;

/// Runs the command that was typed.
pub(crate) fn run(cli: Cli) -> Exit {
    match cli.command {
        Command::Query(args) => query::run(args),
        Command::Run(args) => run::run(args),
    }
}
