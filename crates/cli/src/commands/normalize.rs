//! `quarry normalize`

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};
use quarry::format::Document;
use quarry::{Engine, Format, Query, Session};

use super::engine;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::screen::Screen;
use crate::output::show::{Writer, show};
use crate::output::{account, say, warn};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry normalize -i evidence > documents.ndjson
  quarry normalize -i evidence --dotted | jq -r '.\"user.name\"' | sort | uniq -c
  quarry normalize -i evidence --format parquet > documents.parquet

Raw logs of a kind that is known, such as CloudTrail, become the documents that Elastic's
integration makes of them; what is a document already stays as it is. docs/formats.md says
what the documents lack.

Exit code: 0, or 2 where an input can't be read.")]
pub(crate) struct NormalizeArgs {
    /// Full names such as "user.name" as keys, instead of objects inside objects
    #[arg(long)]
    pub(crate) dotted: bool,
    /// Keep the text of each raw record as event.original
    #[arg(long)]
    pub(crate) original: bool,
    /// Only documents of these indices [default: all]
    #[arg(long, value_name = "PATTERN")]
    pub(crate) index: Vec<String>,
    /// How documents are written
    #[arg(long, value_enum, default_value_t = NormalizeFormat::Ndjson)]
    pub(crate) format: NormalizeFormat,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NormalizeFormat {
    /// One document a line
    Ndjson,
    /// A Parquet file with a column for each field, for a file or a pipe
    #[cfg(feature = "parquet")]
    Parquet,
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
    if args.format != NormalizeFormat::Ndjson && io::stdout().is_terminal() {
        return Err("error: this format is for a file or a pipe: add > FILE".to_owned());
    }
    let engine = engine::open(&args.input)?;
    let session = Session { default_limit: None, ..engine::session(&args.input)? };
    let indices = if args.index.is_empty() { engine.indices() } else { args.index.clone() };
    if indices.is_empty() {
        return Err("error: there is no input; -i PATH reads some".to_owned());
    }
    let interrupt = Interrupt::catch(true);
    // A table has the columns of all indices; documents say themselves which members they have.
    let parts: Vec<Vec<String>> = match args.format {
        NormalizeFormat::Ndjson => indices.into_iter().map(|index| vec![index]).collect(),
        #[cfg(feature = "parquet")]
        NormalizeFormat::Parquet => vec![indices],
    };
    for part in parts {
        let query = documents(args, &engine, &session, &part)?;
        let mut writer = writer(args, &engine, &part);
        let screen = Screen::new(false);
        let shown = show(&query, engine.account(), &session.cancelled, &interrupt, &mut writer, screen);
        shown.written.map_err(|error: io::Error| format!("the output can't be written: {error}"))?;
        if shown.left {
            return Ok(Exit::Nothing);
        }
        let summary = shown.outcome.map_err(|error| error.to_string())?;
        summary.warnings.iter().for_each(|warning| warn(warning));
        if shown.interrupted {
            say("stopped: the documents are those of what was read so far");
            account::close(engine.account(), args.input.quiet);
            return Ok(Exit::Failed);
        }
    }
    Ok(account::close(engine.account(), args.input.quiet))
}

fn writer(args: &NormalizeArgs, engine: &Engine, indices: &[String]) -> Writer {
    match args.format {
        NormalizeFormat::Ndjson => {
            let inputs = engine.inputs().into_iter().filter(|input| is_of(&input.indices, indices));
            let empty: BTreeSet<String> = inputs.flat_map(|input| input.empty).collect();
            let document = Document::new(args.dotted);
            let is_raw = !empty.is_empty();
            let empty = empty.into_iter().collect();
            Writer::Rows(Box::new(if is_raw { document.without(empty) } else { document }))
        }
        #[cfg(feature = "parquet")]
        NormalizeFormat::Parquet => Writer::Rows(Box::<quarry::format::Parquet>::default()),
    }
}

fn is_of(own: &[String], wanted: &[String]) -> bool {
    own.iter().any(|name| wanted.contains(name))
}

/// The query whose rows are the documents of indices: through the view of their kind, or else, where documents are
/// wanted, the JSON that they are, of which no field is missed.
fn documents(args: &NormalizeArgs, engine: &Engine, session: &Session, indices: &[String]) -> Result<Query, String> {
    let quoted: Vec<String> = indices.iter().map(|index| format!("\"{}\"", index.replace('"', ""))).collect();
    let from = quoted.join(", ");
    let inputs = engine.inputs();
    let mut of_indices = inputs.iter().filter(|input| is_of(&input.indices, indices)).peekable();
    let is_json = of_indices.peek().is_some()
        && of_indices.all(|input| input.kind.is_none() && matches!(input.format, Format::Json | Format::JsonLines));
    let text = if is_json && args.format == NormalizeFormat::Ndjson {
        format!("FROM {from} METADATA _source | KEEP _source")
    } else if args.original {
        format!("FROM {from} METADATA _source | EVAL event.original = TO_STRING(_source) | DROP _source")
    } else {
        format!("FROM {from}")
    };
    let query = session
        .prepare(engine, &text)
        .map_err(|diagnostics| crate::output::diagnostics("normalize", &text, &diagnostics))?;
    for column in query.columns().iter().filter(|column| column.data_type == quarry::DataType::Unsupported) {
        say(&format!(
            "warning: [{}] has different types in different indices and is left empty; --index takes them one by one",
            column.name
        ));
    }
    Ok(query)
}
