//! `quarry completions`

use clap::CommandFactory;

use crate::args::Cli;
use crate::exit::Exit;

/// Prints the completion script of a shell.
pub(crate) fn run(shell: clap_complete::Shell) -> Exit {
    clap_complete::generate(shell, &mut Cli::command(), "quarry", &mut std::io::stdout());
    Exit::Nothing
}
