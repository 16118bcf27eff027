//! `quarry explain`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use quarry::diagnostics::Diagnostic;
use quarry::{Engine, Input, Session};
use quarry_rules::trace::{Outcome, TraceError, trace};
use quarry_rules::{Event, Events, Rule, read_events};
use serde_json::json;

use super::{engine, located};
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::style::Style;
use crate::output::{explain, print, say, text, trace as pretty, warn};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry explain rules/root_login.esql --event event.json
  quarry explain rules --event event.json
  quarry explain 'FROM * | WHERE user.id == \"7\"' --event log.ndjson --nth 3
  quarry explain -i evidence 'FROM logs-* | WHERE event.action == \"CopyObject\"'

With --event, each event goes through the query by itself, stage by stage. Without it, the plan
of the query over the inputs is shown.

Exit code with --event: 0 where no event gives a row, 1 where one does, 2 where the query is
wrong or the event can't be read. Without: 0, or 2.")]
pub(crate) struct ExplainArgs {
    /// A query, or the file or folder of a rule
    #[arg(value_name = "RULE|ES|QL", required_unless_present = "file", conflicts_with = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The events to explain, raw or as documents; - is standard input. INDEX= says which index they are in
    #[arg(long, value_name = "[INDEX=]FILE")]
    pub(crate) event: Option<String>,
    /// Only the event at this place, counted from 1
    #[arg(long, value_name = "N", requires = "event", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) nth: Option<u64>,
    /// All events at once instead of each by itself, as a rule that counts sees them
    #[arg(long, requires = "event", conflicts_with = "nth")]
    pub(crate) together: bool,
    /// How the explanation of events is printed
    #[arg(long, value_enum, default_value = "text", requires = "event")]
    pub(crate) format: ExplainFormat,
    /// Show the plan also as it is before it is optimised: with the whole view of a raw log in it
    #[arg(long, conflicts_with = "event")]
    pub(crate) analysed: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For reading
    Text,
    /// One object for each rule and event, on a line
    Json,
}

/// Events read at most.
const MOST_EVENTS: usize = 10_000;

/// Events that are explained in full where there are several; the others are only counted.
const MOST_SHOWN: usize = 20;

/// A query and what it is called.
struct Named {
    name: String,
    place: String,
    text: String,
    /// The rule that it is of: lists may stand beside it.
    rule: Option<Rule>,
}

impl Named {
    fn report(&self, diagnostics: &[Diagnostic]) -> String {
        match &self.rule {
            Some(rule) => located::report(rule, diagnostics),
            None => crate::output::diagnostics(&self.place, &self.text, diagnostics),
        }
    }
}

/// Prints the plan of a query, or what becomes of events in it.
pub(crate) fn run(args: &ExplainArgs) -> Exit {
    let outcome = match &args.event {
        Some(event) => explain_events(args, event),
        None => plan(args).map(|text| {
            explain(&text);
            Exit::Nothing
        }),
    };
    outcome.unwrap_or_else(|message| {
        say(&message);
        Exit::Failed
    })
}

fn plan(args: &ExplainArgs) -> Result<String, String> {
    let session = engine::session(&args.input)?;
    let queries = queries(args)?;
    let rules: Vec<Rule> = queries.iter().filter_map(|query| query.rule.clone()).collect();
    let engine = engine::open_for(&rules, &args.input)?;
    let paint = Style::of_stdout();
    let mut out = String::new();
    for query in &queries {
        let wrong = |diagnostics: Vec<_>| query.report(&diagnostics);
        let optimised = session.prepare(&engine, &query.text).map_err(wrong)?;
        if queries.len() > 1 {
            out.push_str(&format!("{}\n\n", paint.bold(&text::printable(&query.name))));
        }
        if args.analysed {
            let analysed = session.analyse(&engine, &query.text).map_err(wrong)?;
            section(&mut out, paint, "As analysed", &analysed.explain());
        }
        section(&mut out, paint, "As run", &optimised.explain());
        out.push_str(&reading(&optimised.reading()));
    }
    Ok(out)
}

/// A heading, and the steps under it. Names and literals come from outside.
fn section(out: &mut String, paint: Style, heading: &str, steps: &str) {
    out.push_str(&format!("{}\n", paint.bold(heading)));
    for line in steps.lines() {
        out.push_str(&format!("  {}\n", text::printable(line)));
    }
    out.push('\n');
}

/// What is asked of the scans, in a sentence or two.
fn reading(reading: &quarry::Reading) -> String {
    let mut out = String::new();
    if reading.scans.is_empty() {
        return out;
    }
    let conditions = reading.pushed + reading.later;
    if conditions > 0 {
        out.push_str(&format!(
            "{} of {conditions} conditions are asked of the records as they are read.\n",
            reading.pushed
        ));
    }
    if reading.prefilter {
        out.push_str("Records without the literals above are passed over unparsed.\n");
    }
    out
}

/// The queries that were typed or named.
fn queries(args: &ExplainArgs) -> Result<Vec<Named>, String> {
    if let Some(path) = &args.file {
        let place = path.display().to_string();
        return Ok(vec![Named { name: place.clone(), place, text: engine::read_text(path)?, rule: None }]);
    }
    let Some(typed) = &args.query else { return Err("no query was given".to_owned()) };
    let path = Path::new(typed);
    let is_file = path.extension().is_some_and(|extension| extension == "esql" || extension == "toml");
    if !path.exists() && (!is_file || typed.contains(['|', ' '])) {
        return Ok(vec![Named { name: "query".into(), place: "query".into(), text: typed.clone(), rule: None }]);
    }
    let loaded = quarry_rules::load(&[path.to_owned()]);
    if let Some(error) = loaded.errors.first() {
        return Err(format!("error: {error}"));
    }
    if loaded.rules.is_empty() {
        return Err(format!("error: {}: there is no ES|QL rule in it", path.display()));
    }
    Ok(loaded
        .rules
        .into_iter()
        .map(|rule| Named {
            name: rule.metadata.name.clone(),
            place: rule.path.display().to_string(),
            text: rule.query.clone(),
            rule: Some(rule),
        })
        .collect())
}

fn explain_events(args: &ExplainArgs, event: &str) -> Result<Exit, String> {
    let session = engine::session(&args.input)?;
    let queries = queries(args)?;
    let read = read_events(&[engine::input(event)], engine::options(&args.input)?, MOST_EVENTS)
        .map_err(|message| format!("error: {message}"))?;
    for problem in &read.problems {
        warn(problem);
    }
    let batches = batches(args, read)?;
    let several = batches.len() > 1 || queries.len() > 1;
    let mut explainer = Explainer { args, session, several, funnel: Vec::new(), alerts: false };
    for query in &queries {
        explainer.query(query, &batches, queries.len() > 1)?;
    }
    Ok(if explainer.alerts { Exit::Found } else { Exit::Nothing })
}

/// Events that are explained as one: each by itself, or all.
fn batches(args: &ExplainArgs, read: Events) -> Result<Vec<(usize, Vec<Event>)>, String> {
    let count = read.events.len();
    if count == 0 {
        return Err(
            "error: there is no event to explain: the input is empty, or nothing in it could be read".to_owned()
        );
    }
    if read.more {
        say(&format!("note: only the first {count} events were read"));
    }
    if args.together {
        return Ok(vec![(1, read.events)]);
    }
    let numbered = read.events.into_iter().enumerate().map(|(i, event)| (i + 1, vec![event]));
    match args.nth {
        None => Ok(numbered.collect()),
        Some(nth) => match numbered.into_iter().nth(usize::try_from(nth - 1).unwrap_or(usize::MAX)) {
            Some(one) => Ok(vec![one]),
            None => Err(format!("error: there are only {count} events")),
        },
    }
}

struct Explainer<'a> {
    args: &'a ExplainArgs,
    session: Session,
    several: bool,
    /// How often each closing sentence came, in the order of the first.
    funnel: Vec<(String, usize)>,
    alerts: bool,
}

impl Explainer<'_> {
    fn query(&mut self, query: &Named, batches: &[(usize, Vec<Event>)], brief: bool) -> Result<(), String> {
        self.funnel.clear();
        let json = self.args.format == ExplainFormat::Json;
        if !json && self.several {
            print(&format!("{}\n", Style::of_stdout().bold(&text::printable(&query.name))));
        }
        for (shown, (number, events)) in batches.iter().enumerate() {
            let (engine, _file) = self.engine(query, events)?;
            let trace = match trace(&query.text, &engine, &self.session, events.len()) {
                Ok(trace) => trace,
                // Among several rules, one that is wrong isn't the end.
                Err(error) if brief => {
                    self.count(first_line(&error));
                    continue;
                }
                Err(TraceError::Query(diagnostics)) => {
                    return Err(query.report(&diagnostics));
                }
                Err(TraceError::Run(message)) => return Err(format!("error: {message}")),
            };
            self.alerts |= matches!(trace.outcome, Outcome::Rows(rows) if rows > 0);
            self.count(trace.closing.clone());
            if json {
                let mut object = json!({ "rule": query.name, "event": number });
                if let (Some(object), serde_json::Value::Object(fields)) =
                    (object.as_object_mut(), trace.to_json(&query.text))
                {
                    object.extend(fields);
                }
                print(&format!("{object}\n"));
                continue;
            }
            if brief || shown >= MOST_SHOWN {
                continue;
            }
            print(&format!("{}\n", heading(*number, events)));
            print(&format!("{}\n", pretty::render(&trace, &query.text, Style::of_stdout())));
        }
        if !json && self.several {
            self.summary(batches.len());
        }
        Ok(())
    }

    /// The engine over some events, and the file that holds them as long as it is kept.
    fn engine(&self, query: &Named, events: &[Event]) -> Result<(Engine, impl Drop + use<>), String> {
        let file =
            quarry_rules::write_events(events).map_err(|error| format!("error: the event can't be kept: {error}"))?;
        let mut inputs = vec![Input::new(file.path().to_string_lossy())];
        inputs.extend(self.args.input.input.iter().map(|text| engine::input(text)));
        let mut options = engine::options(&self.args.input)?;
        quarry_rules::add_lookups(query.rule.as_slice(), &mut inputs, &mut options);
        let engine = Engine::open(&inputs, options).map_err(|error| format!("error: {error}"))?;
        Ok((engine, file.into_temp_path()))
    }

    fn count(&mut self, closing: String) {
        match self.funnel.iter_mut().find(|(known, _)| *known == closing) {
            Some((_, count)) => *count += 1,
            None => self.funnel.push((closing, 1)),
        }
    }

    fn summary(&mut self, events: usize) {
        self.funnel.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let width = self.funnel.first().map_or(1, |(_, count)| count.to_string().len());
        for (closing, count) in self.funnel.iter().take(MOST_SHOWN) {
            let times = if events == 1 { String::new() } else { format!("{count:>width$} × ") };
            print(&format!("  {times}{}\n", text::printable(closing)));
        }
        if self.funnel.len() > MOST_SHOWN {
            print(&format!("  and {} other reasons\n", self.funnel.len() - MOST_SHOWN));
        }
    }
}

fn first_line(error: &TraceError) -> String {
    match error {
        TraceError::Query(diagnostics) => {
            let first = diagnostics.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default();
            format!("The query can't be run on it: {first}.")
        }
        TraceError::Run(message) => format!("The query can't be run on it: {message}."),
    }
}

fn heading(number: usize, events: &[Event]) -> String {
    let [event] = events else { return format!("{} events together", events.len()) };
    let time = event.timestamp.map(|millis| format!(", {}", quarry::Value::Date(millis))).unwrap_or_default();
    text::printable(&format!("event {number}, in {}{time}", event.index))
}
