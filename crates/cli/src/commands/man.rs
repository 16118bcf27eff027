//! `quarry man`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};

use crate::args::Cli;
use crate::exit::Exit;
use crate::output::say;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry man ~/.local/share/man/man1
  man quarry-query

Exit code: 0, or 2 where the folder can't be written.")]
pub(crate) struct ManArgs {
    /// The folder; it is made where it isn't there
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// Writes one page for the program and one for each command.
pub(crate) fn run(args: &ManArgs) -> Exit {
    match write(&args.folder) {
        Ok(count) => {
            say(&format!("{count} pages in {}", args.folder.display()));
            Exit::Nothing
        }
        Err(error) => {
            say(&format!("error: {}: {error}", args.folder.display()));
            Exit::Failed
        }
    }
}

fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let mut program = Cli::command();
    program.build();
    page(folder, "quarry", program.clone())?;
    let mut count = 1;
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = format!("quarry-{}", command.get_name());
        page(folder, &name, command.clone().name(name.clone()).version(env!("CARGO_PKG_VERSION")))?;
        count += 1;
    }
    Ok(count)
}

fn page(folder: &Path, name: &str, command: clap::Command) -> io::Result<()> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    fs::write(folder.join(format!("{name}.1")), text)
}
