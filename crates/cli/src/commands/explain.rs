//! `quarry explain`

use std::path::PathBuf;

use clap::Args;

use super::engine;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::{print, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry explain -i examples/cloudtrail 'FROM logs-aws.cloudtrail-* | WHERE event.action == \"CopyObject\"'")]
pub(crate) struct ExplainArgs {
    /// The query
    #[arg(value_name = "ES|QL", required_unless_present = "file", conflicts_with = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// Prints the plan of a query.
pub(crate) fn run(args: &ExplainArgs) -> Exit {
    match plan(args) {
        Ok(text) => {
            print(&text);
            Exit::Nothing
        }
        Err(message) => {
            say(&message);
            Exit::Failed
        }
    }
}

fn plan(args: &ExplainArgs) -> Result<String, String> {
    let (name, text) = match (&args.query, &args.file) {
        (Some(text), _) => ("query".to_owned(), text.clone()),
        (None, Some(path)) => (path.display().to_string(), engine::read_text(path)?),
        (None, None) => return Err("no query was given".to_owned()),
    };
    let session = engine::session(&args.input)?;
    let engine = engine::open(&args.input)?;
    let query = session
        .prepare(&engine, &text)
        .map_err(|diagnostics| crate::output::diagnostics(&name, &text, &diagnostics))?;
    Ok(query.explain())
}
