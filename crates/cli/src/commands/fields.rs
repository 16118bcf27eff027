//! `quarry fields`

use clap::{Args, ValueEnum};
use quarry::Session;

use super::engine;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::text::printable;
use crate::output::{account, print, say};
use crate::survey::Survey;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry fields -i evidence
  quarry fields -i evidence 'source.*'
  quarry fields -i evidence --all-rows --format json user

Of each field: its type, the share of rows that have it, how many different values there are,
and the most frequent ones. They are those of a sample from all over the inputs, or with
--all-rows of all.

Exit code: 0 where there are fields, 1 where none matches, 2 where an input can't be read.")]
pub(crate) struct FieldsArgs {
    /// Only fields whose name contains this, or matches it where it has *
    #[arg(value_name = "PATTERN", default_value = "", hide_default_value = true)]
    pub(crate) pattern: String,
    /// Only fields of these indices [default: all]
    #[arg(long, value_name = "PATTERN")]
    pub(crate) index: Vec<String>,
    /// Read all rows instead of a sample
    #[arg(long)]
    pub(crate) all_rows: bool,
    /// How fields are printed
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: FieldsFormat,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FieldsFormat {
    /// Columns aligned for reading
    Table,
    /// An array of objects
    Json,
}

/// Lists the fields of the inputs.
pub(crate) fn run(args: &FieldsArgs) -> Exit {
    list(args).unwrap_or_else(|message| {
        say(&message);
        Exit::Failed
    })
}

fn list(args: &FieldsArgs) -> Result<Exit, String> {
    let opened = engine::open(&args.input)?;
    let indices = if args.index.is_empty() { opened.indices() } else { args.index.clone() };
    if indices.is_empty() {
        return Err("error: there is no input; -i PATH reads some".to_owned());
    }
    let engine = if args.all_rows { opened.clone() } else { opened.sample() };
    let session = Session { default_limit: None, ..engine::session(&args.input)? };
    let text = crate::repl::pipeline_over(&indices);
    let query = session
        .prepare(&engine, &text)
        .map_err(|diagnostics| crate::output::diagnostics("fields", &text, &diagnostics))?;
    let survey = Survey::of(&query, engine.account(), &args.pattern)?;
    match args.format {
        FieldsFormat::Json => print(&format!("{:#}\n", survey.json())),
        FieldsFormat::Table if survey.is_empty() => {}
        FieldsFormat::Table => print(&survey.table()),
    }
    if survey.is_empty() {
        say(&match args.pattern.as_str() {
            "" => "the inputs hold no fields".to_owned(),
            pattern => format!("no field matches {}", printable(pattern)),
        });
    }
    if args.all_rows {
        if !survey.left_out().is_empty() && !args.input.quiet {
            say(survey.left_out().trim_start_matches("; "));
        }
        if account::close(engine.account(), args.input.quiet) == Exit::Failed {
            return Ok(Exit::Failed);
        }
    } else {
        let failed = account::unreadable(opened.account());
        if !args.input.quiet {
            say(&format!("of a sample of {} rows{}; --all-rows reads all", survey.rows, survey.left_out()));
        }
        if failed {
            return Ok(Exit::Failed);
        }
    }
    Ok(if survey.is_empty() { Exit::Found } else { Exit::Nothing })
}
