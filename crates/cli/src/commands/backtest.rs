//! `quarry backtest`

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;
use quarry::{Engine, Session};
use quarry_rules::{BacktestOptions, Rule, RuleBacktest, RuleFailure, RunOptions, WindowEvent, backtest, load};
use serde_json::{Map, Value};

use super::rule_args::{ExceptionArgs, RuleArgs, Silent, unknown_fields};
use super::run::{describe, plural, schedule_notes};
use super::{engine, located};
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::backtest::{BacktestFormat, Changes, Report, Tally, print};
use crate::output::{account, say, warn};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry backtest rules -i logs/ --from 2026-01-01 --to 2026-02-01
  quarry backtest new-rules -i logs/ --compare old-rules
  quarry run rules -i logs/ --scheduled    # the alerts themselves

Every rule runs on its schedule by the time of the events: each interval, over the time that its
from reaches back. No run is skipped or late. What an earlier run already made an alert of makes
no second one: an event is known by its id, a group by its keys as long as windows overlap.
--as-kibana does as the detection engine does, which repeats alerts of groups.

Exit code: 0 without alerts, 1 with alerts, 2 where a rule is wrong or an input can't be read.")]
pub(crate) struct BacktestArgs {
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// When the rules are switched on, instead of before the first event
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// The end of the time that is looked at, instead of the last event
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// How the report is printed
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: BacktestFormat,
    /// Rules as they were: show the alerts that the change adds and removes. Rules are matched by rule_id
    #[arg(long, value_name = "FOLDER")]
    pub(crate) compare: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) exceptions: ExceptionArgs,
    /// Tell alerts apart, repeat and lose them exactly as the detection engine does
    #[arg(long)]
    pub(crate) as_kibana: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// Runs every rule on its schedule and reports how it did.
pub(crate) fn run(args: &BacktestArgs) -> Exit {
    let chosen = match args.rules.load() {
        Ok(chosen) => chosen,
        Err(exit) => return exit,
    };
    match report(args, &chosen.rules, chosen.failed) {
        Ok(exit) => exit,
        Err(message) => {
            say(&format!("error: {message}"));
            Exit::Failed
        }
    }
}

/// What is known of a rule after its runs.
struct Outcome<'r> {
    rule: &'r Rule,
    tally: Tally,
    /// The rows of its alerts by what makes them the same alerts, where they are compared.
    rows: HashMap<String, Map<String, Value>>,
    done: Option<Result<Box<RuleBacktest>, RuleFailure>>,
}

fn report(args: &BacktestArgs, rules: &[Rule], mut failed: bool) -> Result<Exit, String> {
    if args.input.input.is_empty() {
        say("note: no input was given; -i PATH names a file or folder of logs");
    }
    let engine = engine::open_for(rules, &args.input)?;
    let session = engine::session(&args.input)?;
    let time = |option: &str, text: &Option<String>| text.as_ref().map(|text| engine::time(option, text)).transpose();
    let options = BacktestOptions {
        from: time("--from", &args.from)?,
        to: time("--to", &args.to)?,
        as_reference: args.as_kibana,
        run: RunOptions { events: true, exceptions: args.exceptions.load(rules)?, ..RunOptions::default() },
    };
    if let (Some(from), Some(to)) = (options.from, options.to)
        && to < from
    {
        return Err("--to lies before --from".to_owned());
    }
    let compares = args.compare.is_some();
    let outcomes = outcomes(rules, &engine, &session, &options, compares);
    let old = args.compare.as_ref().map(|folder| old_rules(folder, rules, &mut failed)).unwrap_or_default();
    // Lists beside the old rules are part of what they were. Standard input can't be read twice.
    let has_lists = !quarry_rules::lookups(&old, &[]).is_empty();
    let old_engine = match has_lists && !args.input.input.iter().any(|input| engine::input(input).path == "-") {
        true => engine::open_for(&old, &args.input)?,
        false => engine.clone(),
    };
    let before = outcomes_by_id(&old, &old_engine, &session, &options);
    let changes: Vec<Option<Changes>> =
        outcomes.iter().map(|outcome| compares.then(|| changes(outcome, &before))).collect();
    let mut silent = Silent::default();
    let mut reports = Vec::new();
    for (outcome, changes) in outcomes.iter().zip(&changes) {
        match &outcome.done {
            Some(Ok(runs)) => {
                notes(outcome.rule, runs, &mut silent);
                reports.push(Report { rule: outcome.rule, runs, tally: &outcome.tally, changes: changes.as_ref() });
            }
            Some(Err(RuleFailure::NoInput(message))) => silent.no_input(outcome.rule, Some(message)),
            Some(Err(RuleFailure::Unsupported(message))) => silent.left_out(outcome.rule, message),
            Some(Err(failure)) => match unknown_fields(outcome.rule, failure) {
                Some(fields) => silent.no_fields(outcome.rule, fields),
                None => {
                    say(&describe(outcome.rule, failure));
                    failed = true;
                }
            },
            None => {}
        }
    }
    let alerts: u64 = reports.iter().map(|report| report.runs.alerts).sum();
    let mut out = BufWriter::new(io::stdout().lock());
    match print(&mut out, args.format, &mut reports).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(format!("the output can't be written: {error}"));
        }
        _ => {}
    }
    silent.say();
    if !args.input.quiet {
        let count = rules.len();
        say(&format!("{alerts} {} from {count} {}", plural(alerts as usize, "alert"), plural(count, "rule")));
    }
    let read = account::close(engine.account(), args.input.quiet);
    Ok(match (failed || read == Exit::Failed, alerts) {
        (true, _) => Exit::Failed,
        (false, 0) => Exit::Nothing,
        (false, _) => Exit::Found,
    })
}

fn notes(rule: &Rule, runs: &RuleBacktest, silent: &mut Silent) {
    if !runs.diagnostics.is_empty() {
        say(&located::report(rule, &runs.diagnostics));
    }
    for warning in &runs.warnings {
        warn(&format!("{}: {warning}", rule.metadata.name));
    }
    for note in runs.notes.iter().cloned().chain(schedule_notes(runs)) {
        say(&format!("note: {}: {note}", rule.metadata.name));
    }
    silent.undated(rule, runs.undated);
    if runs.alerts == 0 {
        silent.no_fields(rule, runs.unmet_fields.clone());
    }
}

fn outcomes<'r>(
    rules: &'r [Rule],
    engine: &Engine,
    session: &Session,
    options: &BacktestOptions,
    keeps_rows: bool,
) -> Vec<Outcome<'r>> {
    let mut outcomes: Vec<Outcome<'r>> = Vec::with_capacity(rules.len());
    let mut now = Tally::default();
    let mut rows = HashMap::new();
    backtest(rules, engine, session, options, &mut |rule, event| {
        match event {
            WindowEvent::Alert(alert) => {
                now.add(rule, &alert);
                if keeps_rows {
                    rows.insert(alert.key, alert.row);
                }
            }
            WindowEvent::Done(done) => outcomes.push(Outcome {
                rule,
                tally: std::mem::take(&mut now),
                rows: std::mem::take(&mut rows),
                done: Some(done),
            }),
        }
        ControlFlow::Continue(())
    });
    outcomes
}

/// The rules of `folder` that are among `rules`, too.
fn old_rules(folder: &PathBuf, rules: &[Rule], failed: &mut bool) -> Vec<Rule> {
    let mut loaded = load(std::slice::from_ref(folder));
    for error in &loaded.errors {
        say(&format!("error: {error}"));
        *failed = true;
    }
    loaded.rules.retain(|old| rules.iter().any(|rule| rule.metadata.rule_id == old.metadata.rule_id));
    loaded.rules
}

type Before = HashMap<String, Result<HashMap<String, Map<String, Value>>, ()>>;

fn outcomes_by_id(rules: &[Rule], engine: &Engine, session: &Session, options: &BacktestOptions) -> Before {
    let outcomes = outcomes(rules, engine, session, options, true);
    outcomes
        .into_iter()
        .map(|outcome| {
            let rows = match &outcome.done {
                // A rule that has no input finds nothing, now or before.
                Some(Ok(_) | Err(RuleFailure::NoInput(_))) => Ok(outcome.rows),
                _ => {
                    say(&format!("warning: {} could not run before the change", outcome.rule.metadata.name));
                    Err(())
                }
            };
            (outcome.rule.metadata.rule_id.clone(), rows)
        })
        .collect()
}

fn changes(outcome: &Outcome<'_>, before: &Before) -> Changes {
    let none = HashMap::new();
    let old = match before.get(&outcome.rule.metadata.rule_id) {
        Some(Ok(rows)) => rows,
        // A rule that is new adds all of its alerts.
        _ => &none,
    };
    let missing = |from: &HashMap<String, Map<String, Value>>, others: &HashMap<String, Map<String, Value>>| {
        let mut rows: Vec<(&String, &Map<String, Value>)> =
            from.iter().filter(|(key, _)| !others.contains_key(*key)).collect();
        rows.sort_by(|a, b| a.0.cmp(b.0));
        rows.into_iter().map(|(_, row)| row.clone()).collect::<Vec<_>>()
    };
    let added = missing(&outcome.rows, old);
    let kept = (outcome.rows.len() - added.len()) as u64;
    Changes { added, removed: missing(old, &outcome.rows), kept }
}
