//! `quarry run --follow`

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use quarry_rules::follow::{FollowInput, FollowOptions, FollowSummary, Output, follow};
use quarry_rules::{AlertIndex, Exceptions, Rule, duration};

use super::engine;
use super::rule_args::{Chosen, ExceptionArgs, Silent};
use super::run::plural;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::{say, text::printable, warn};

#[derive(Debug, Args)]
#[command(next_help_heading = "Following")]
pub(crate) struct FollowArgs {
    /// Go on reading as logs grow, and give alerts as events come, one document a line. See docs/follow.md
    #[arg(long, conflicts_with_all = ["format", "rows", "alerts_as_input", "scheduled"])]
    pub(crate) follow: bool,
    /// Keep in this folder how far logs are read and what was given, so that a restart goes on from there
    #[arg(long, value_name = "DIR", requires = "follow")]
    pub(crate) state: Option<PathBuf>,
    /// How much later than others an event may come and still be counted
    #[arg(long, value_name = "SPAN", default_value = "2m", requires = "follow")]
    pub(crate) lateness: String,
    /// Append alerts to this file, each exactly once, instead of printing them
    #[arg(long, value_name = "FILE", requires = "follow")]
    pub(crate) output: Option<PathBuf>,
    /// Logs that LOOKUP JOIN and ENRICH look into; may be repeated
    #[arg(long, value_name = "[NAME=]PATH", requires = "follow")]
    pub(crate) lookup: Vec<String>,
}

/// Follows the inputs until the end of standard input, or until a signal.
pub(crate) fn run(args: &FollowArgs, input: &InputArgs, exceptions: &ExceptionArgs, chosen: &Chosen) -> Exit {
    let rules = &chosen.rules;
    let over_alerts = rules.iter().filter(|rule| AlertIndex::is_read_by(rule)).count();
    if over_alerts > 0 {
        say(&format!("note: {} that read alerts get none with --follow", counted(over_alerts, "rule")));
    }
    let followed = exceptions
        .load(rules)
        .and_then(|exceptions| options(args, input, rules, exceptions))
        .and_then(|options| followed(args, input, rules, &options));
    match followed {
        Ok(summary) => {
            if summary.events > 0 {
                let mut silent = Silent::default();
                summary.without_input.iter().for_each(|rule| silent.no_input(rule, None));
                silent.say();
            }
            if !input.quiet {
                let suppressed = match summary.suppressed {
                    0 => String::new(),
                    count => format!(", {count} more suppressed"),
                };
                let alerts = summary.alerts.saturating_sub(summary.updates) as usize;
                let events = summary.events as usize;
                say(&format!("{}{suppressed} from {}", counted(alerts, "alert"), counted(events, "event")));
            }
            if summary.late > 0 {
                say(&format!(
                    "warning: {} events came after a window that they belong to was over; --lateness allows for more",
                    summary.late
                ));
            }
            if summary.undated > 0 {
                let plural = plural(summary.undated as usize, "event");
                say(&format!("warning: {} {plural} have no time, so they are in no window", summary.undated));
            }
            if summary.cut > 0 {
                let alerts = counted(summary.cut as usize, "alert");
                say(&format!(
                    "warning: {alerts} left out: their rules had made as many as max_signals allows in a run"
                ));
            }
            match (chosen.failed || summary.failed > 0, summary.alerts) {
                (true, _) => Exit::Failed,
                (false, 0) => Exit::Nothing,
                (false, _) => Exit::Found,
            }
        }
        Err(message) => {
            say(&format!("error: {message}"));
            Exit::Failed
        }
    }
}

/// `1 rule`, `2 rules`.
fn counted(count: usize, word: &str) -> String {
    format!("{count} {}", plural(count, word))
}

fn options(
    args: &FollowArgs,
    input: &InputArgs,
    rules: &[Rule],
    exceptions: Arc<Exceptions>,
) -> Result<FollowOptions, String> {
    let lateness = duration(&args.lateness)
        .filter(|lateness| *lateness >= 0)
        .ok_or_else(|| format!("--lateness {}: not a span of time; write it as 30s or 2m", args.lateness))?;
    let inputs = input.input.iter().map(|text| engine::input(text)).filter(|input| input.path != "-");
    let mut lookups = args.lookup.iter().map(|text| engine::input(text)).collect();
    let mut options = engine::options(input)?;
    quarry_rules::add_lookups(rules, &mut lookups, &mut options);
    Ok(FollowOptions {
        inputs: inputs.map(|input| FollowInput { path: input.path.into(), index: input.name }).collect(),
        lookups,
        engine: options,
        session: engine::session(input)?,
        fixed_clock: input.now.is_some(),
        state: args.state.clone(),
        lateness,
        exceptions,
    })
}

fn followed(
    args: &FollowArgs,
    input: &InputArgs,
    rules: &[Rule],
    options: &FollowOptions,
) -> Result<FollowSummary, String> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // A second signal ends the process at once.
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| error.to_string())?;
    }
    let stream = input.input.iter().map(|text| engine::input(text)).find(|input| input.path == "-");
    let stream = stream.map(|input| (Box::new(io::stdin()) as Box<dyn io::Read + Send>, input.name));
    if stream.is_none() && options.inputs.is_empty() {
        return Err("there is nothing to follow; -i PATH names a file or folder, -i - standard input".to_owned());
    }
    let for_people = io::stdout().is_terminal();
    let mut write = |line: &str| {
        let line = if for_people { Cow::Owned(printable(line)) } else { Cow::Borrowed(line) };
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    };
    let output = match &args.output {
        Some(path) => Output::File(path.clone()),
        None => Output::Lines(&mut write),
    };
    let mut tell = |problem: &str| warn(problem);
    follow(rules, options, stream, output, &stop, &mut tell).map_err(|error| error.to_string())
}
