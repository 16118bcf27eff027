//! `quarry query`

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use quarry::format::{Csv, Json, Ndjson, Tsv};
use quarry::{Engine, Query, Session};

use super::engine;
use crate::args::InputArgs;
use crate::config;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::chart::Chart;
use crate::output::screen::Screen;
use crate::output::show::{Writer, show};
use crate::output::table::{Table, View};
use crate::output::{account, say, warn};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry query -i evidence 'FROM logs-* | STATS n = COUNT(*) BY event.action'
  quarry query 'FROM \"evidence/*.json.gz\" | WHERE event.outcome == \"failure\"'
  quarry query -i evidence --format chart \\
    'FROM logs-* | STATS n = COUNT(*) BY hour = BUCKET(@timestamp, 1 hour)'
  quarry query -i evidence --format parquet \\
    'FROM logs-* | WHERE user.name == \"root\"' > root.parquet
  zcat *.gz | quarry query -i app=- 'FROM app | WHERE level == \"error\"'

Exit code: 0, or 2 where the query is wrong or an input can't be read.")]
pub(crate) struct QueryArgs {
    /// The query
    #[arg(value_name = "ES|QL", required_unless_present = "file", conflicts_with = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// How rows are printed [default: table on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<QueryFormat>,
    /// Rows given where the query has no LIMIT [default: 1000]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Give all rows where the query has no LIMIT
    #[arg(long, conflicts_with = "limit")]
    pub(crate) no_limit: bool,
    /// The time zone of days, hours and shown dates, such as Europe/Berlin or +02:00 [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// The rows given where a query has no LIMIT, as in the reference.
const LIMIT: usize = 1000;

/// The implicit limit that the configuration asks for; `None` for all rows.
pub(crate) fn default_limit() -> Option<usize> {
    Some(config::current().defaults.limit.unwrap_or(LIMIT)).filter(|limit| *limit > 0)
}

/// The format that the configuration asks for.
///
/// # Errors
/// A message for the user.
pub(crate) fn default_format() -> Result<Option<QueryFormat>, String> {
    let Some(name) = &config::current().defaults.format else { return Ok(None) };
    QueryFormat::from_str(name, true).map(Some).map_err(|_| {
        let known: Vec<String> = QueryFormat::value_variants()
            .iter()
            .filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("{}: defaults.format: there is no format [{name}]; one of {} is", config::FILE, known.join(", "))
    })
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
    /// A Parquet file, for a file or a pipe
    #[cfg(feature = "parquet")]
    Parquet,
    /// A stream in Arrow's interprocess format, for a file or a pipe
    #[cfg(feature = "parquet")]
    Arrow,
    /// A histogram over time, or bars, whichever the columns make
    Chart,
}

impl QueryFormat {
    /// Whether it can't be read by people.
    fn is_binary(self) -> bool {
        #[cfg(feature = "parquet")]
        return matches!(self, QueryFormat::Parquet | QueryFormat::Arrow);
        #[cfg(not(feature = "parquet"))]
        false
    }
}

/// Runs the query and prints its rows as they come.
pub(crate) fn run(args: QueryArgs) -> Exit {
    match prepare(&args) {
        Ok((engine, prepared)) => execute(&args, &engine, &prepared),
        Err(message) => {
            say(&message);
            Exit::Failed
        }
    }
}

/// A query with the session that it runs in.
struct Prepared {
    query: Query,
    session: Session,
    format: QueryFormat,
    zone: Option<TimeZone>,
}

fn prepare(args: &QueryArgs) -> Result<(Engine, Prepared), String> {
    let (name, text) = match (&args.query, &args.file) {
        (Some(text), _) => ("query".to_owned(), text.clone()),
        (None, Some(path)) => (path.display().to_string(), engine::read_text(path)?),
        (None, None) => return Err("no query was given".to_owned()),
    };
    let mut session = engine::session(&args.input)?;
    session.default_limit = if args.no_limit { None } else { args.limit.or_else(default_limit) };
    let zone = engine::chosen_zone(args.zone.as_deref())?;
    if let Some(zone) = &zone {
        session.zone = zone.clone();
    }
    let format = match args.format {
        Some(format) => format,
        None if io::stdout().is_terminal() => default_format()?.unwrap_or(QueryFormat::Table),
        None => QueryFormat::Ndjson,
    };
    if format.is_binary() && io::stdout().is_terminal() {
        return Err("this format isn't for a terminal; send it to a file: > FILE".to_owned());
    }
    let engine = engine::open(&args.input)?;
    match session.prepare(&engine, &text) {
        Ok(query) => {
            if !query.diagnostics().is_empty() {
                say(&crate::output::diagnostics(&name, &text, query.diagnostics()));
            }
            Ok((engine, Prepared { query, session, format, zone }))
        }
        Err(diagnostics) => {
            account::unreadable(engine.account());
            Err(crate::output::diagnostics(&name, &text, &diagnostics))
        }
    }
}

fn execute(args: &QueryArgs, engine: &Engine, prepared: &Prepared) -> Exit {
    let on_terminal = io::stdout().is_terminal();
    let format = prepared.format;
    let mut view = View::of_stdout();
    view.cells.zone = prepared.zone.clone();
    let mut writer = writer(format, view);
    let paging = matches!(format, QueryFormat::Table | QueryFormat::Chart);
    let interrupt = Interrupt::catch(true);
    let shown = show(
        &prepared.query,
        engine.account(),
        &prepared.session.cancelled,
        &interrupt,
        &mut writer,
        Screen::new(paging),
    );
    if let Err(error) = shown.written {
        say(&format!("the output can't be written: {error}"));
        return Exit::Failed;
    }
    if shown.left && !on_terminal {
        return Exit::Nothing;
    }
    let summary = match shown.outcome {
        Ok(summary) => summary,
        Err(error) => {
            say(&error.to_string());
            return Exit::Failed;
        }
    };
    if shown.rows == 0 && matches!(format, QueryFormat::Table | QueryFormat::Chart) {
        say("0 rows");
    }
    for warning in &summary.warnings {
        warn(warning);
    }
    if let Some(limit) = summary.cut_at {
        say(&format!(
            "note: the query has no LIMIT, so only the first {limit} rows are given; --no-limit gives all, --limit N others"
        ));
    }
    if shown.interrupted {
        say("stopped: the rows are those of what was read so far");
    }
    let closed = account::close(engine.account(), args.input.quiet);
    if shown.interrupted { Exit::Failed } else { closed }
}

/// What writes rows in `format`.
pub(crate) fn writer(format: QueryFormat, view: View) -> Writer {
    match format {
        QueryFormat::Table => Writer::Table(Table::new(view)),
        QueryFormat::Chart => Writer::Chart(Chart::new(view)),
        QueryFormat::Json => Writer::Rows(Box::<Json>::default()),
        QueryFormat::Ndjson => Writer::Rows(Box::<Ndjson>::default()),
        QueryFormat::Csv => Writer::Rows(Box::<Csv>::default()),
        QueryFormat::Tsv => Writer::Rows(Box::<Tsv>::default()),
        #[cfg(feature = "parquet")]
        QueryFormat::Parquet => Writer::Rows(Box::<quarry::format::Parquet>::default()),
        #[cfg(feature = "parquet")]
        QueryFormat::Arrow => Writer::Rows(Box::<quarry::format::ArrowStream>::default()),
    }
}
