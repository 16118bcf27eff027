//! `quarry repl`

use std::io::{self, BufReader, IsTerminal};
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::engine;
use super::query::{QueryFormat, default_format, default_limit};
use crate::args::{Cli, InputArgs};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::say;
use crate::repl::{self, Mode, Shell};

#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  quarry repl -i examples/cloudtrail
  quarry repl -i app=a.ndjson -c .fields -c 'FROM app | STATS COUNT(*) BY level'
  quarry repl -i examples/cloudtrail < questions.txt

At the prompt, .help lists the dot commands, and Tab completes commands, functions, fields and the
values that fields have. From a file or pipe, a query ends at an empty line, at a line that starts
with a dot, or where the next line has no pipe in front and isn't indented; the first failure
ends the run.

Exit code: 0, or 2 where an input can't be read or, without a terminal, where an entry failed.")]
pub(crate) struct ReplArgs {
    /// Run this query or dot command instead of asking for some; may be repeated
    #[arg(short, long, value_name = "ENTRY", conflicts_with = "file")]
    pub(crate) command: Vec<String>,
    /// Run the queries and dot commands of a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// How rows are printed [default: table]
    #[arg(long, value_enum)]
    pub(crate) format: Option<QueryFormat>,
    /// The time zone of days, hours and shown dates, such as Europe/Berlin or +02:00 [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// What `quarry` alone does: a prompt on a terminal, else help.
pub(super) fn without_command() -> Exit {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return run(ReplArgs::default());
    }
    say(&Cli::command().render_help().to_string());
    Exit::Failed
}

/// Opens the inputs and answers until there is nothing more to answer.
pub(crate) fn run(args: ReplArgs) -> Exit {
    let mut shell = match shell(&args) {
        Ok(shell) => shell,
        Err(message) => {
            say(&format!("error: {message}"));
            return Exit::Failed;
        }
    };
    if !args.command.is_empty() {
        return repl::entries(&mut shell, args.command.into_iter().map(Ok));
    }
    match &args.file {
        Some(path) if path.as_os_str() != "-" => match std::fs::File::open(path) {
            Ok(file) => repl::script(&mut shell, BufReader::new(file)),
            Err(error) => {
                say(&format!("error: {}: {error}", path.display()));
                Exit::Failed
            }
        },
        None if io::stdin().is_terminal() => repl::prompt(&mut shell),
        _ => repl::script(&mut shell, io::stdin().lock()),
    }
}

fn shell(args: &ReplArgs) -> Result<Shell, String> {
    let mut session = engine::session(&args.input)?;
    session.default_limit = default_limit();
    let zone = engine::chosen_zone(args.zone.as_deref())?;
    let format = match args.format {
        Some(format) => Some(format),
        None => default_format()?,
    };
    let interactive = args.command.is_empty() && args.file.is_none() && io::stdin().is_terminal();
    let inputs = engine::inputs(&args.input.input);
    let options = engine::options(&args.input)?;
    let mut shell = Shell::new(session, options, Interrupt::catch(!interactive))?;
    shell.interactive = interactive;
    shell.quiet = args.input.quiet;
    shell.fixed_now = args.input.now.is_some();
    shell.set_zone(zone);
    if let Some(format) = format {
        shell.mode = Mode::of_format(format);
    }
    shell.open(inputs)?;
    Ok(shell)
}
