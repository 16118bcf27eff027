use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use quarry::{Engine, EngineOptions, Input, Session};
use serde_json::{Map, Value};

use crate::run::{RuleFailure, run_rule};
use crate::{Rule, RuleTest, add_lookups};

/// What came of a rule's test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOutcome {
    /// The test's name.
    pub name: String,
    /// Its place among the rule's tests, from 0.
    pub number: usize,
    /// What went wrong beside the alerts: events that can't be read, a query that can't be run.
    pub problems: Vec<String>,
    /// What explains that there are no alerts: no failure, where none are expected.
    pub notes: Vec<String>,
    /// Alerts that were expected.
    pub expected: usize,
    /// Where alerts and expectations differ.
    pub differences: Vec<Difference>,
    /// The rows of the alerts that came.
    pub alerts: Vec<Map<String, Value>>,
}

/// A field of an alert that isn't as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The alert's place, from 1.
    pub alert: usize,
    /// The field.
    pub field: String,
    /// The value expected.
    pub expected: Value,
    /// The value that came; null where the alert has no such field.
    pub actual: Value,
}

impl TestOutcome {
    /// Whether all was as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.problems.is_empty() && self.differences.is_empty() && self.alerts.len() == self.expected
    }

    /// Whether expectations can be taken from what came.
    #[must_use]
    pub fn ran(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Runs the tests of `rule`, or only those called `only`.
#[must_use]
pub fn run_tests(rule: &Rule, session: &Session, only: Option<&str>) -> Vec<TestOutcome> {
    rule.tests
        .iter()
        .enumerate()
        .filter(|(_, test)| only.is_none_or(|name| test.name == name))
        .map(|(number, test)| run_test(rule, number, test, session))
        .collect()
}

fn run_test(rule: &Rule, number: usize, test: &RuleTest, session: &Session) -> TestOutcome {
    let mut outcome = TestOutcome {
        name: test.name.clone(),
        number,
        problems: Vec::new(),
        notes: Vec::new(),
        expected: test.alerts,
        differences: Vec::new(),
        alerts: Vec::new(),
    };
    let events = match Events::of(rule, test) {
        Ok(events) => events,
        Err(message) => {
            outcome.problems.push(message);
            return outcome;
        }
    };
    let mut inputs = vec![Input::new(events.path.to_string_lossy())];
    let mut options = EngineOptions::default();
    add_lookups(std::slice::from_ref(rule), &mut inputs, &mut options);
    let engine = match Engine::open(&inputs, options) {
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
        Err(RuleFailure::NoInput(missing)) => {
            let indices = engine.catalog().names().join(", ");
            outcome.notes.push(format!(
                "none of the events is read: {missing}, and they are in {indices}; \
                 {{\"_index\": \"..\", \"_source\": ..}} says which index an event is in"
            ));
        }
        Err(RuleFailure::Query(diagnostics)) => {
            outcome.problems.extend(diagnostics.into_iter().map(|diagnostic| diagnostic.message));
            return outcome;
        }
        Err(RuleFailure::Unsupported(message)) => {
            outcome.problems.push(message);
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

/// Fields of alerts that came; where the numbers differ, that is said by itself.
fn compare(test: &RuleTest, outcome: &mut TestOutcome) {
    for (i, (expected, row)) in test.expect.iter().zip(&outcome.alerts).enumerate() {
        for (field, value) in expected {
            let actual = row.get(field).unwrap_or(&Value::Null);
            if actual != value {
                outcome.differences.push(Difference {
                    alert: i + 1,
                    field: field.clone(),
                    expected: value.clone(),
                    actual: actual.clone(),
                });
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
