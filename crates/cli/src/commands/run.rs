//! `quarry run`

use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;

use clap::Args;
use quarry::{ColumnInfo, Engine, Session};
use quarry_rules::{
    Alert, AlertIndex, BacktestOptions, Rule, RuleBacktest, RuleFailure, RuleRun, RunOptions, SearchEvent, WindowEvent,
    alert_order, backtest, search_all,
};

use super::rule_args::{ExceptionArgs, RuleArgs, Silent, unknown_fields};
use super::{engine, located};
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::alerts::{AlertFormat, AlertWriter, Done, Ending, Surroundings};
use crate::output::{account, say, warn};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry run rules -i examples/cloudtrail
  quarry run rules -i evidence/ --severity high,critical --format ndjson
  quarry run rules -i evidence/ --scheduled --exceptions harmless.ndjson
  quarry run rules --format attack > coverage.json

RULE is a query (.esql, with metadata in a .toml beside it), one of Elastic's rule or hunting
files (.toml), or a folder of these.

Exit code: 0 without alerts, 1 with alerts, 2 where a rule is wrong or an input can't be read.")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// How alerts are printed [default: table on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<AlertFormat>,
    /// Rows that a table shows of each rule; 0 for all
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) rows: usize,
    #[command(flatten)]
    pub(crate) exceptions: ExceptionArgs,
    /// Let rules over .alerts-security.* read the alerts of the other rules
    #[arg(long)]
    pub(crate) alerts_as_input: bool,
    /// Run as the detection engine would have: each rule on its schedule, by the time of the events
    #[arg(long)]
    pub(crate) scheduled: bool,
    /// When scheduled rules are switched on, instead of before the first event
    #[arg(long, value_name = "TIME", requires = "scheduled")]
    pub(crate) from: Option<String>,
    /// The end of the time that scheduled rules look at, instead of the last event
    #[arg(long, value_name = "TIME", requires = "scheduled")]
    pub(crate) to: Option<String>,
    /// Tell alerts apart, repeat and lose them exactly as the detection engine does
    #[arg(long, requires = "scheduled")]
    pub(crate) as_kibana: bool,
    #[command(flatten)]
    pub(crate) following: super::follow::FollowArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// Runs every rule over all of the input and prints the alerts.
pub(crate) fn run(args: &RunArgs) -> Exit {
    let chosen = match args.rules.load() {
        Ok(chosen) => chosen,
        Err(exit) => return exit,
    };
    if args.following.follow {
        return super::follow::run(&args.following, &args.input, &args.exceptions, &chosen);
    }
    match prepared(args, &chosen.rules) {
        Ok(prepared) => prepared.run(args, &chosen.rules, chosen.failed),
        Err(message) => {
            say(&format!("error: {message}"));
            Exit::Failed
        }
    }
}

/// All that the rules are run with.
struct Prepared {
    engine: Engine,
    session: Session,
    options: BacktestOptions,
    format: AlertFormat,
}

fn prepared(args: &RunArgs, rules: &[Rule]) -> Result<Prepared, String> {
    let engine = engine::open_for(rules, &args.input)?;
    let session = engine::session(&args.input)?;
    let time = |option: &str, text: &Option<String>| text.as_ref().map(|text| engine::time(option, text)).transpose();
    let format =
        args.format.unwrap_or(if io::stdout().is_terminal() { AlertFormat::Table } else { AlertFormat::Ndjson });
    let options = BacktestOptions {
        from: time("--from", &args.from)?,
        to: time("--to", &args.to)?,
        as_reference: args.as_kibana,
        run: RunOptions { exceptions: args.exceptions.load(rules)?, ..RunOptions::default() },
    };
    Ok(Prepared { engine, session, options, format })
}

impl Prepared {
    fn run(mut self, args: &RunArgs, rules: &[Rule], failed: bool) -> Exit {
        let has_input = !args.input.input.is_empty();
        let only_covers = self.format == AlertFormat::Attack && !has_input;
        if !has_input && !only_covers {
            say("note: no input was given; -i PATH names a file or folder of logs");
        }
        let rows = (args.rows > 0).then_some(args.rows);
        let mut writer = self.format.writer(&Surroundings { engine: self.engine.clone(), rows, has_input });
        self.options.run.events = writer.wants_events() || args.alerts_as_input;
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut printer = Printer {
            writer: writer.as_mut(),
            out: &mut out,
            alerts: 0,
            before: 0,
            failed,
            silent: Silent::offering_alerts(!args.alerts_as_input),
            index: None,
            result: Ok(()),
        };
        printer.result = printer.writer.begin(printer.out, rules);
        if !only_covers {
            self.rules(args, rules, &mut printer);
        }
        printer.end();
        let Printer { alerts, failed, silent, result, .. } = printer;
        // A reader that has seen enough, such as `head`, is no failure.
        if let Err(error) = result
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            say(&format!("error: the output can't be written: {error}"));
            return Exit::Failed;
        }
        if only_covers {
            return if failed { Exit::Failed } else { Exit::Nothing };
        }
        silent.say();
        if !args.input.quiet {
            let count = rules.len();
            say(&format!("{alerts} {} from {count} {}", plural(alerts, "alert"), plural(count, "rule")));
        }
        let read = account::close(self.engine.account(), args.input.quiet);
        match (failed || read == Exit::Failed, alerts) {
            (true, _) => Exit::Failed,
            (false, 0) => Exit::Nothing,
            (false, _) => Exit::Found,
        }
    }

    /// Runs the rules; where alerts are input, first those that read none, then level by level those over their alerts.
    fn rules(&self, args: &RunArgs, rules: &[Rule], printer: &mut Printer<'_>) {
        if !args.alerts_as_input {
            return self.pass(args, rules, &self.engine, printer);
        }
        let order = alert_order(rules);
        if !order.cyclic.is_empty() {
            say(&format!(
                "note: rules that read each other's alerts, or their own, get only those of the rules before them: {}",
                order.cyclic.join(", ")
            ));
        }
        let mut before: Vec<AlertIndex> = Vec::new();
        for level in &order.levels {
            let engine = match before.is_empty() {
                true => self.engine.clone(),
                false if before.iter().all(AlertIndex::is_empty) => {
                    level.iter().for_each(|rule| printer.without_input(rule, "no rule gave an alert"));
                    continue;
                }
                false => {
                    let opened = engine::parts(rules, &args.input).and_then(|(inputs, options)| {
                        AlertIndex::engine(&mut before, &inputs, options).map_err(|error| error.to_string())
                    });
                    match opened {
                        Ok(engine) => engine,
                        Err(message) => {
                            say(&format!("error: {message}"));
                            printer.failed = true;
                            return;
                        }
                    }
                }
            };
            match AlertIndex::new() {
                Ok(index) => printer.index = Some(index),
                Err(error) => printer.result = Err(error),
            }
            self.pass(args, level, &engine, printer);
            before.extend(printer.index.take());
            if printer.result.is_err() {
                return;
            }
        }
    }

    fn pass(&self, args: &RunArgs, rules: &[Rule], engine: &Engine, printer: &mut Printer<'_>) {
        if args.scheduled {
            backtest(rules, engine, &self.session, &self.options, &mut |rule, event| match event {
                WindowEvent::Alert(alert) => printer.alert(rule, *alert),
                WindowEvent::Done(done) => printer.scheduled(rule, done),
            });
            return;
        }
        search_all(rules, engine, &self.session, &self.options.run, &mut |rule, event| match event {
            SearchEvent::Alert(alert) => printer.alert(rule, *alert),
            SearchEvent::Done(done) => printer.searched(rule, done),
        });
    }
}

pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// Hands alerts to the writer and keeps what is to be said at the end.
struct Printer<'a> {
    writer: &'a mut dyn AlertWriter,
    out: &'a mut dyn Write,
    alerts: usize,
    /// The alerts of the rules that are done.
    before: usize,
    failed: bool,
    silent: Silent,
    /// Where alerts go that other rules read.
    index: Option<AlertIndex>,
    result: io::Result<()>,
}

impl Printer<'_> {
    fn end(&mut self) {
        if self.result.is_ok() {
            self.result = self.writer.end(self.out).and_then(|()| self.out.flush());
        }
    }

    fn alert(&mut self, rule: &Rule, alert: Alert) -> ControlFlow<()> {
        self.alerts += 1;
        if let Some(index) = &mut self.index {
            self.result = index.add(&alert);
        }
        if self.result.is_ok() {
            self.result = self.writer.alert(self.out, rule, alert);
        }
        if self.result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// A rule has run as one search.
    fn searched(&mut self, rule: &Rule, done: Result<Box<RuleRun>, RuleFailure>) -> ControlFlow<()> {
        let before = std::mem::replace(&mut self.before, self.alerts);
        match done {
            Ok(run) => {
                self.heard(rule, &run.diagnostics, &run.summary.warnings, &run.notes);
                if self.alerts == before {
                    self.silent.no_fields(rule, run.unmet_fields);
                }
                self.done(Done { rule, columns: &run.columns, ending: Ending::Ran, took: run.took });
            }
            Err(failure) => self.failure(rule, &failure),
        }
        if self.result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// A rule has run on its schedule.
    fn scheduled(&mut self, rule: &Rule, done: Result<Box<RuleBacktest>, RuleFailure>) -> ControlFlow<()> {
        match done {
            Ok(runs) => {
                let mut notes = runs.notes.clone();
                notes.extend(schedule_notes(&runs));
                self.heard(rule, &runs.diagnostics, &runs.warnings, &notes);
                self.silent.undated(rule, runs.undated);
                if runs.alerts == 0 {
                    self.silent.no_fields(rule, runs.unmet_fields.clone());
                }
                self.done(Done { rule, columns: &runs.columns, ending: Ending::Ran, took: runs.took });
            }
            Err(failure) => self.failure(rule, &failure),
        }
        if self.result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn heard(
        &mut self,
        rule: &Rule,
        diagnostics: &[quarry::diagnostics::Diagnostic],
        warnings: &[String],
        notes: &[String],
    ) {
        if !diagnostics.is_empty() {
            say(&located::report(rule, diagnostics));
        }
        for warning in warnings {
            warn(&format!("{}: {warning}", rule.metadata.name));
        }
        for note in notes {
            say(&format!("note: {}: {note}", rule.metadata.name));
        }
    }

    fn failure(&mut self, rule: &Rule, failure: &RuleFailure) {
        if let RuleFailure::NoInput(message) = failure {
            return self.without_input(rule, message);
        }
        if let RuleFailure::Unsupported(message) = failure {
            self.silent.left_out(rule, message);
            let ending = Ending::Skipped(message.clone());
            return self.done(Done { rule, columns: &[], ending, took: std::time::Duration::ZERO });
        }
        if let Some(fields) = unknown_fields(rule, failure) {
            let ending = Ending::Skipped(format!("no event has the fields {}", fields.join(", ")));
            self.silent.no_fields(rule, fields);
            return self.done(Done { rule, columns: &[], ending, took: std::time::Duration::ZERO });
        }
        self.failed = true;
        let message = describe(rule, failure);
        say(&message);
        self.done(Done { rule, columns: &[], ending: Ending::Failed(message), took: std::time::Duration::ZERO });
    }

    fn without_input(&mut self, rule: &Rule, message: &str) {
        self.silent.no_input(rule, Some(message));
        let ending = Ending::Skipped(message.to_owned());
        self.done(Done { rule, columns: &[] as &[ColumnInfo], ending, took: std::time::Duration::ZERO });
    }

    fn done(&mut self, done: Done<'_>) {
        if self.result.is_ok() {
            self.result = self.writer.done(self.out, &done);
        }
    }
}

/// What is to be said of a rule's runs beside their alerts.
pub(super) fn schedule_notes(runs: &RuleBacktest) -> Vec<String> {
    let mut notes = Vec::new();
    let gap = runs.schedule.gap();
    if gap > 0 {
        notes.push(format!(
            "between two runs {} s of events are in no window: from reaches less far back than interval",
            gap / 1000
        ));
    }
    let (alerts, of_runs) = runs.cut;
    if alerts > 0 {
        notes.push(format!(
            "{alerts} {} were lost to max_signals in {of_runs} {}",
            plural(alerts as usize, "alert"),
            plural(of_runs as usize, "run")
        ));
    }
    notes
}

/// Why a rule could not run, in words.
pub(super) fn describe(rule: &Rule, failure: &RuleFailure) -> String {
    match failure {
        RuleFailure::Query(diagnostics)
            if diagnostics.iter().all(|d| d.code == quarry::diagnostics::Code::BAD_RULE) =>
        {
            let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
            format!("error: {}: {}", rule.path.display(), messages.join("; "))
        }
        RuleFailure::Query(diagnostics) => located::report(rule, diagnostics),
        RuleFailure::NoInput(message) | RuleFailure::Unsupported(message) => {
            format!("note: {}: {message}", rule.metadata.name)
        }
        RuleFailure::Execution(error) => format!("error: {}: {error}", rule.metadata.name),
    }
}
