//! `quarry query`

use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use quarry::format::{Csv, Json, Ndjson, RowWriter, Tsv};
use quarry::{Engine, Query};

use super::engine;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::{account, say, table::Table};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry query -i examples/cloudtrail 'FROM logs-aws.cloudtrail-* | STATS n = COUNT(*) BY event.action | SORT n DESC'
  quarry query 'FROM \"evidence/*.json.gz\" | WHERE event.outcome == \"failure\"'
  zcat *.gz | quarry query -i app=- 'FROM app | WHERE level == \"error\"' --format ndjson

Exit code: 0, or 2 where the query is wrong or an input can't be read.")]
pub(crate) struct QueryArgs {
    /// The query
    #[arg(value_name = "ES|QL", required_unless_present = "file", conflicts_with = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// How rows are printed [default: table on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<QueryFormat>,
    /// Rows given where the query has no LIMIT
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: usize,
    /// Give all rows where the query has no LIMIT
    #[arg(long, conflicts_with = "limit")]
    pub(crate) no_limit: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryFormat {
    /// Columns aligned for reading
    Table,
    /// The body of Elasticsearch's _query response
    Json,
    /// One object a line
    Ndjson,
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
}

/// Runs the query and prints its rows as they come.
pub(crate) fn run(args: QueryArgs) -> Exit {
    match prepare(&args) {
        Ok((engine, query)) => execute(&args, &engine, &query),
        Err(message) => {
            say(&message);
            Exit::Failed
        }
    }
}

fn prepare(args: &QueryArgs) -> Result<(Engine, Query), String> {
    let (name, text) = match (&args.query, &args.file) {
        (Some(text), _) => ("query".to_owned(), text.clone()),
        (None, Some(path)) => (path.display().to_string(), engine::read_text(path)?),
        (None, None) => return Err("no query was given".to_owned()),
    };
    let mut session = engine::session(&args.input)?;
    session.default_limit = (!args.no_limit).then_some(args.limit);
    let engine = engine::open(&args.input)?;
    match session.prepare(&engine, &text) {
        Ok(query) => {
            if !query.diagnostics().is_empty() {
                say(&crate::output::diagnostics(&name, &text, query.diagnostics()));
            }
            Ok((engine, query))
        }
        Err(diagnostics) => {
            account::unreadable(engine.account());
            Err(crate::output::diagnostics(&name, &text, &diagnostics))
        }
    }
}

fn execute(args: &QueryArgs, engine: &Engine, query: &Query) -> Exit {
    let stdout = io::stdout();
    let format = args.format.unwrap_or(if stdout.is_terminal() { QueryFormat::Table } else { QueryFormat::Ndjson });
    let mut writer: Box<dyn RowWriter> = match format {
        QueryFormat::Table => Box::new(Table::new()),
        QueryFormat::Json => Box::<Json>::default(),
        QueryFormat::Ndjson => Box::<Ndjson>::default(),
        QueryFormat::Csv => Box::<Csv>::default(),
        QueryFormat::Tsv => Box::<Tsv>::default(),
    };
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    let columns = query.columns();
    let mut written = writer.begin(&mut out, columns);
    let outcome = query.run(engine.account(), &mut |batch| {
        if written.is_ok() {
            written = writer.rows(&mut out, columns, &batch);
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let written = written.and_then(|()| writer.end(&mut out)).and_then(|()| out.flush());
    if let Err(error) = written {
        // A reader that has seen enough, such as `head`, is no failure.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Exit::Nothing;
        }
        say(&format!("the output can't be written: {error}"));
        return Exit::Failed;
    }
    let summary = match outcome {
        Ok(summary) => summary,
        Err(error) => {
            say(&error.to_string());
            return Exit::Failed;
        }
    };
    for warning in &summary.warnings {
        say(&format!("warning: {warning}"));
    }
    if let Some(limit) = summary.cut_at {
        say(&format!(
            "note: the query has no LIMIT, so only the first {limit} rows are given; --no-limit gives all, --limit N others"
        ));
    }
    account::close(engine.account(), args.input.quiet)
}
