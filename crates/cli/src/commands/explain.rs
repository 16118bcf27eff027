//! `quarry explain`

use super::engine;
use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::output::{print, say};

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
