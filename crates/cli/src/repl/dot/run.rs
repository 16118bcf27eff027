use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use quarry::Session;
use quarry_rules::{Alert, RuleFailure, load, run_rule};

use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot, misused, words};
use crate::output::{alerts, say};

pub(super) const RUN: Dot = Dot {
    name: "run",
    usage: ".run RULE...",
    summary: "run rules over what is open and show their alerts",
    details: "RULE is a rule file or folder, or the name of a rule in the folder rules.",
    arguments: Arguments::Paths,
    run,
};

/// The most alerts of one rule that are shown.
const MOST: usize = 1000;

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let names = words(rest);
    if names.is_empty() {
        return Err(misused(&RUN));
    }
    let loaded = load(&names.iter().map(|name| path(name)).collect::<Vec<_>>());
    for error in &loaded.errors {
        say(&format!("error: {error}"));
    }
    if loaded.rules.is_empty() {
        return Err(if loaded.errors.is_empty() { "there is no rule to run".to_owned().into() } else { Failure(None) });
    }
    for rule in &loaded.rules {
        let session: Session = shell.session();
        let mut held: Vec<Alert> = Vec::new();
        let mut count = 0;
        let outcome = run_rule(rule, &shell.engine, &session, &mut |alert| {
            if shell.interrupt.is_pressed() {
                session.cancelled.store(true, Ordering::Relaxed);
                return ControlFlow::Break(());
            }
            count += 1;
            if held.len() < MOST {
                held.push(alert);
            }
            ControlFlow::Continue(())
        });
        match outcome {
            Ok(_) if held.is_empty() => say(&format!("{}: no alerts", rule.metadata.name)),
            Ok(run) => {
                let mut out = io::stdout().lock();
                alerts::print(&mut out, rule, &run.columns, held).map_err(|error| error.to_string())?;
                if count > MOST {
                    say(&format!("({} more alerts are not shown)", count - MOST));
                }
            }
            Err(RuleFailure::NoInput(message) | RuleFailure::Unsupported(message)) => {
                say(&format!("note: {}: {message}", rule.metadata.name))
            }
            Err(RuleFailure::Query(diagnostics)) => {
                say(&crate::output::diagnostics(&rule.path.display().to_string(), &rule.query, &diagnostics));
            }
            Err(RuleFailure::Execution(error)) => say(&format!("error: {}: {error}", rule.metadata.name)),
        }
        if shell.interrupt.is_pressed() {
            return Err("stopped".to_owned().into());
        }
    }
    Ok(Flow::On)
}

/// The path that a name of a rule stands for.
fn path(name: &str) -> PathBuf {
    let plain = Path::new(name);
    if plain.exists() {
        return plain.to_owned();
    }
    let tries =
        [format!("{name}.esql"), format!("rules/{name}.esql"), format!("rules/{name}.toml"), format!("rules/{name}")];
    tries.iter().map(PathBuf::from).find(|path| path.exists()).unwrap_or_else(|| plain.to_owned())
}
