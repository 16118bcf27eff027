//! `quarry normalize`

use std::io;

use clap::Args;
use quarry::format::Document;
use quarry::{Engine, Format, Query, Session};

use super::engine;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::screen::Screen;
use crate::output::show::{Writer, show};
use crate::output::{account, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry normalize -i evidence > documents.ndjson
  quarry normalize -i evidence --dotted | jq -r '.\"user.name\"' | sort | uniq -c

Raw logs of a kind that is known, such as CloudTrail, become the documents that Elastic's
integration makes of them; what is a document already stays as it is. One document a line.

Exit code: 0, or 2 where an input can't be read.")]
pub(crate) struct NormalizeArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Full names such as "user.name" as keys, instead of objects inside objects
    #[arg(long)]
    pub(crate) dotted: bool,
    /// Only documents of these indices [default: all]
    #[arg(long, value_name = "PATTERN")]
    pub(crate) index: Vec<String>,
}

/// Prints the documents of the inputs.
pub(crate) fn run(args: &NormalizeArgs) -> Exit {
    match convert(args) {
        Ok(exit) => exit,
        Err(message) => {
            say(&message);
            Exit::Failed
        }
    }
}

fn convert(args: &NormalizeArgs) -> Result<Exit, String> {
    let engine = engine::open(&args.input)?;
    let session = Session { default_limit: None, ..engine::session(&args.input)? };
    let indices = if args.index.is_empty() { engine.indices() } else { args.index.clone() };
    if indices.is_empty() {
        return Err("error: there is no input; -i PATH reads some".to_owned());
    }
    let interrupt = Interrupt::catch(true);
    for index in indices {
        let query = documents(&engine, &session, &index)?;
        let mut writer = Writer::Rows(Box::new(Document::new(args.dotted)));
        let screen = Screen::new(false);
        let shown = show(&query, engine.account(), &session.cancelled, &interrupt, &mut writer, screen);
        shown.written.map_err(|error: io::Error| format!("the output can't be written: {error}"))?;
        if shown.left {
            return Ok(Exit::Nothing);
        }
        let summary = shown.outcome.map_err(|error| error.to_string())?;
        summary.warnings.iter().for_each(|warning| say(&format!("warning: {warning}")));
        if shown.interrupted {
            say("stopped: the documents are those of what was read so far");
            account::close(engine.account(), args.input.quiet);
            return Ok(Exit::Failed);
        }
    }
    Ok(account::close(engine.account(), args.input.quiet))
}

/// The query whose rows are the documents of an index: through the view of its kind, or else the JSON that they are,
/// where no field is missed.
fn documents(engine: &Engine, session: &Session, index: &str) -> Result<Query, String> {
    let quoted = format!("\"{}\"", index.replace('"', ""));
    let inputs = engine.inputs();
    let mut of_index = inputs.iter().filter(|input| input.indices.iter().any(|name| name == index)).peekable();
    let is_json = of_index.peek().is_some()
        && of_index.all(|input| input.kind.is_none() && matches!(input.format, Format::Json | Format::JsonLines));
    let text =
        if is_json { format!("FROM {quoted} METADATA _source | KEEP _source") } else { format!("FROM {quoted}") };
    session.prepare(engine, &text).map_err(|diagnostics| crate::output::diagnostics("normalize", &text, &diagnostics))
}
