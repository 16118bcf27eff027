//! `quarry help`

use clap::{Args, CommandFactory};
use quarry::diagnostics::did_you_mean;

use super::proposed::{self, Proposed};
use super::reference;
use crate::args::Cli;
use crate::exit::Exit;
use crate::output::{explain, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry help run
  quarry help date_trunc
  quarry help 'inline stats'

Exit code: 0, or 2 where there is nothing of the name.")]
pub(crate) struct HelpArgs {
    /// A command of the program, or a command or function of the language; all commands of the program without it
    #[arg(value_name = "NAME", num_args = 0.., hide_possible_values = true, value_parser = Proposed(proposed::commands))]
    pub(crate) name: Vec<String>,
}

/// Prints the help of a command, as its `--help` does, or what the registries say of a name of the language.
pub(crate) fn run(args: &HelpArgs) -> Exit {
    let name = args.name.join(" ");
    let mut program = Cli::command();
    program.build();
    let command = match name.as_str() {
        "" => Some(&mut program),
        name => program.find_subcommand_mut(name),
    };
    // Where standard output is gone, nobody reads.
    if let Some(command) = command {
        let _ = command.print_long_help();
        return Exit::Nothing;
    }
    match reference::topic(&name) {
        Ok(text) => {
            explain(&text);
            Exit::Nothing
        }
        Err(message) => {
            let similar = did_you_mean(&name, program.get_subcommands().map(clap::Command::get_name));
            match similar.first() {
                Some(near) => say(&format!("error: there is no command called {name}; did you mean quarry {near}?")),
                None => say(&format!("error: {message}")),
            }
            Exit::Failed
        }
    }
}
