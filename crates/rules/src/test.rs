use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use quarry::{Engine, EngineOptions, Input, Session};
use serde_json::{Map, Value};

use crate::run::{RuleFailure, run_rule};
use crate::{Rule, RuleTest, lookups};

/// What came of a rule's test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOutcome {
    /// The test's name.
    pub name: String,
    /// What is not as expected; empty where the test passed.
    pub problems: Vec<String>,
    /// The rows of the alerts that came.
    pub alerts: Vec<Map<String, Value>>,
}

impl TestOutcome {
    /// Whether all was as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Runs the tests of `rule`, or only those called `only`.
#[must_use]
pub fn run_tests(rule: &Rule, session: &Session, only: Option<&str>) -> Vec<TestOutcome> {
    rule.tests
        .iter()
        .filter(|test| only.is_none_or(|name| test.name == name))
        .map(|test| run_test(rule, test, session))
        .collect()
}

fn run_test(rule: &Rule, test: &RuleTest, session: &Session) -> TestOutcome {
    let mut outcome = TestOutcome { name: test.name.clone(), problems: Vec::new(), alerts: Vec::new() };
    let events = match Events::of(rule, test) {
        Ok(events) => events,
        Err(message) => {
            outcome.problems.push(message);
            return outcome;
        }
    };
    let mut inputs = lookups(std::slice::from_ref(rule), &[]);
    inputs.push(Input::new(events.path.to_string_lossy()));
    let engine = match Engine::open(&inputs, EngineOptions::default()) {
        Ok(engine) => engine,
        Err(error) => {
            outcome.problems.push(error.to_string());
            return outcome;
        }
    };
    let mut session = session.clone();
    if let Some(now) = test.now {
        session.now_millis = now;
    }
    let run = run_rule(rule, &engine, &session, &mut |alert| {
        outcome.alerts.push(alert.row);
        ControlFlow::Continue(())
    });
    match run {
        Ok(_) => {}
        // Events of another index are no reason to fire.
        Err(RuleFailure::NoInput(_)) => {}
        Err(RuleFailure::Query(diagnostics)) => {
            outcome.problems.extend(diagnostics.into_iter().map(|diagnostic| diagnostic.message));
            return outcome;
        }
        Err(RuleFailure::Execution(error)) => {
            outcome.problems.push(error.to_string());
            return outcome;
        }
    }
    let malformed = quarry::counted(&engine.account().malformed);
    if malformed > 0 {
        outcome.problems.push(format!("{malformed} of the events are not well formed"));
    }
    compare(test, &mut outcome);
    outcome
}

fn compare(test: &RuleTest, outcome: &mut TestOutcome) {
    if outcome.alerts.len() != test.alerts {
        outcome.problems.push(format!("expected {} alerts, got {}", test.alerts, outcome.alerts.len()));
    }
    for (i, expected) in test.expect.iter().enumerate() {
        let Some(row) = outcome.alerts.get(i) else {
            outcome.problems.push(format!("alert {} is expected and didn't come", i + 1));
            continue;
        };
        for (name, value) in expected {
            let got = row.get(name).unwrap_or(&Value::Null);
            if got != value {
                outcome.problems.push(format!("alert {}: {name}: expected {value}, got {got}", i + 1));
            }
        }
    }
}

/// The events of a test as a file: its own, or one written for the run and removed after it.
struct Events {
    path: PathBuf,
    _written: Option<tempfile::NamedTempFile>,
}

impl Events {
    fn of(rule: &Rule, test: &RuleTest) -> Result<Self, String> {
        if let Some(file) = &test.file {
            let path = rule.path.parent().unwrap_or(Path::new(".")).join(file);
            return match fs::metadata(&path) {
                Ok(_) => Ok(Self { path, _written: None }),
                Err(error) => Err(format!("{}: {error}", path.display())),
            };
        }
        let written = write_events(&test.events).map_err(|error| format!("the events can't be written: {error}"))?;
        Ok(Self { path: written.path().to_owned(), _written: Some(written) })
    }
}

fn write_events(events: &[String]) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("events").suffix(".ndjson").tempfile()?;
    for event in events {
        writeln!(file, "{}", event.trim())?;
    }
    file.flush()?;
    Ok(file)
}
