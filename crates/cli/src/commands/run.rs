//! `quarry run`

use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use quarry::{ColumnInfo, Engine, Session};
use quarry_rules::{Alert, Rule, RuleFailure, load, run_rule};

use super::engine;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::{account, alerts, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry run rules -i examples/cloudtrail
  quarry run rules/aws_s3_object_encrypted_with_external_kms_key.esql -i evidence/ --format ndjson

RULE is a query (.esql, with metadata in a .toml beside it), one of Elastic's rule or hunting
files (.toml), or a folder of these.

Exit code: 0 without alerts, 1 with alerts, 2 where a rule is wrong or an input can't be read.")]
pub(crate) struct RunArgs {
    /// Rule files and folders
    #[arg(value_name = "RULE", required = true)]
    pub(crate) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// How alerts are printed [default: table on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<AlertFormat>,
    #[command(flatten)]
    pub(crate) following: super::follow::FollowArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlertFormat {
    /// The rows of each rule, aligned for reading
    Table,
    /// One alert document a line
    Ndjson,
    /// One array of alert documents
    Json,
}

/// Runs every rule over all of the input and prints the alerts.
pub(crate) fn run(args: RunArgs) -> Exit {
    let loaded = load(&args.rules);
    let mut failed = !loaded.errors.is_empty();
    for error in &loaded.errors {
        say(&format!("error: {error}"));
    }
    if !loaded.other_languages.is_empty() {
        say(&format!("note: {} rules in other languages than ES|QL were passed over", loaded.other_languages.len()));
    }
    if loaded.rules.is_empty() {
        say("error: there is no rule to run");
        return Exit::Failed;
    }
    if args.input.input.is_empty() {
        say("note: no input was given; -i PATH names a file or folder of logs");
    }
    if args.following.follow {
        return super::follow::run(&args.following, &args.input, &loaded.rules);
    }
    let (engine, session) = match engine::open(&args.input).and_then(|e| engine::session(&args.input).map(|s| (e, s))) {
        Ok(opened) => opened,
        Err(message) => {
            say(&format!("error: {message}"));
            return Exit::Failed;
        }
    };
    let stdout = io::stdout();
    let format = args.format.unwrap_or(if stdout.is_terminal() { AlertFormat::Table } else { AlertFormat::Ndjson });
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    let mut printer = Printer { format, out: &mut out, alerts: 0, without_input: Vec::new(), result: Ok(()) };
    printer.begin();
    for rule in &loaded.rules {
        failed |= !printer.rule(rule, &engine, &session);
        if printer.result.is_err() {
            break;
        }
    }
    printer.end();
    let (alerts, without_input, result) = (printer.alerts, printer.without_input, printer.result);
    // A reader that has seen enough, such as `head`, is no failure.
    if let Err(error) = result
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        say(&format!("error: the output can't be written: {error}"));
        return Exit::Failed;
    }
    say_without_input(&without_input);
    let rules = loaded.rules.len();
    if !args.input.quiet {
        say(&format!("{alerts} {} from {rules} {}", plural(alerts, "alert"), plural(rules, "rule")));
    }
    let read = account::close(engine.account(), args.input.quiet);
    match (failed || read == Exit::Failed, alerts) {
        (true, _) => Exit::Failed,
        (false, 0) => Exit::Nothing,
        (false, _) => Exit::Found,
    }
}

/// A rule that could not fire because its data isn't there must not look like one that found nothing.
fn say_without_input(rules: &[String]) {
    const MOST_NAMED: usize = 10;
    if rules.is_empty() {
        return;
    }
    say(&format!("note: there is no input for {} {}:", rules.len(), plural(rules.len(), "rule")));
    for name in rules.iter().take(MOST_NAMED) {
        say(&format!("  {name}"));
    }
    if rules.len() > MOST_NAMED {
        say(&format!("  and {} more", rules.len() - MOST_NAMED));
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// Prints alerts as they come, or for tables as each rule ends.
struct Printer<'a> {
    format: AlertFormat,
    out: &'a mut dyn Write,
    alerts: usize,
    /// Rules that read indices of which there is no input.
    without_input: Vec<String>,
    result: io::Result<()>,
}

impl Printer<'_> {
    fn begin(&mut self) {
        if self.format == AlertFormat::Json {
            self.result = self.out.write_all(b"[");
        }
    }

    fn end(&mut self) {
        if self.result.is_ok() && self.format == AlertFormat::Json {
            self.result = self.out.write_all(b"]\n");
        }
        if self.result.is_ok() {
            self.result = self.out.flush();
        }
    }

    /// Runs a rule; false where it could not run.
    fn rule(&mut self, rule: &Rule, engine: &Engine, session: &Session) -> bool {
        let mut held: Vec<Alert> = Vec::new();
        let outcome = run_rule(rule, engine, session, &mut |alert| {
            self.alerts += 1;
            match self.format {
                AlertFormat::Table => held.push(alert),
                AlertFormat::Ndjson | AlertFormat::Json => self.write(&alert),
            }
            if self.result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        match outcome {
            Ok(run) => {
                if !run.diagnostics.is_empty() {
                    say(&crate::output::diagnostics(&rule.path.display().to_string(), &rule.query, &run.diagnostics));
                }
                for warning in &run.summary.warnings {
                    say(&format!("warning: {}: {warning}", rule.metadata.name));
                }
                self.table(rule, &run.columns, &held);
                true
            }
            Err(RuleFailure::NoInput(_)) => {
                self.without_input.push(rule.metadata.name.clone());
                true
            }
            Err(failure) => {
                say(&describe(rule, &failure));
                false
            }
        }
    }

    fn write(&mut self, alert: &Alert) {
        let separator: &[u8] = if self.format == AlertFormat::Json && self.alerts > 1 { b"," } else { b"" };
        let end: &[u8] = if self.format == AlertFormat::Json { b"" } else { b"\n" };
        self.result = self
            .out
            .write_all(separator)
            .and_then(|()| serde_json::to_writer(&mut *self.out, &alert.document).map_err(io::Error::from))
            .and_then(|()| self.out.write_all(end));
    }

    fn table(&mut self, rule: &Rule, columns: &[ColumnInfo], held: &[Alert]) {
        if self.format == AlertFormat::Table && !held.is_empty() && self.result.is_ok() {
            self.result = alerts::print(self.out, rule, columns, held);
        }
    }
}

fn describe(rule: &Rule, failure: &RuleFailure) -> String {
    match failure {
        RuleFailure::Query(diagnostics) => {
            crate::output::diagnostics(&rule.path.display().to_string(), &rule.query, diagnostics)
        }
        RuleFailure::NoInput(message) => format!("note: {}: {message}", rule.metadata.name),
        RuleFailure::Execution(error) => format!("error: {}: {error}", rule.metadata.name),
    }
}
