//! Runs tests.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use quarry::diagnostics::render;
use quarry::{Engine, Session};

use crate::compare::{Difference, compare};
use crate::data::Data;
use crate::guard::{Failure, guarded};
use crate::spec::Spec;
use crate::warnings;

/// What the clock says: 2026-01-01. SAMPLE draws by it, and tests of SAMPLE hold for nearly all draws, not for all.
const NOW: i64 = 1_767_225_600_000;

/// How long one test may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// It says of itself that it isn't to be run.
    Ignored,
    /// It asks for data that isn't here; the names.
    NoData(Vec<String>),
    /// Otherwise.
    Failed(Fault),
}

/// Why a test failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of failure it is.
    pub kind: Kind,
    /// What happened, in one line or several.
    pub detail: String,
}

/// Kinds of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The query is refused.
    Refused,
    /// The run could not go on.
    Broken,
    /// It panics.
    Panic,
    /// It doesn't end.
    Timeout,
    /// The result is another.
    Result(Difference),
    /// The warnings are others; the result is right.
    Warnings,
}

impl Outcome {
    fn failed(kind: Kind, detail: impl Into<String>) -> Self {
        Outcome::Failed(Fault { kind, detail: detail.into() })
    }
}

/// Runs all tests, several at a time, and gives their outcomes in the same order. `everything` is asked for names of
/// indices that aren't here; it may hold more tests than are run.
#[must_use]
pub fn run(data: &Arc<Data>, specs: &[Spec], everything: &[Spec]) -> Vec<Outcome> {
    let others = data.others(everything.iter().map(|spec| spec.query.as_str()));
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(vec![Outcome::Ignored; specs.len()]);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((index, spec)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, specs.get(i)?)))
                {
                    let outcome = run_one(data, spec, &others);
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes[index] = outcome;
                    }
                }
            });
        }
    });
    outcomes.into_inner().unwrap_or_default()
}

fn run_one(data: &Arc<Data>, spec: &Spec, others: &[String]) -> Outcome {
    if spec.ignored() {
        return Outcome::Ignored;
    }
    let missing = data.missing(&spec.query, others);
    if !missing.is_empty() {
        return Outcome::NoData(missing);
    }
    let cancelled = Arc::new(AtomicBool::new(false));
    let session = Session { threads: 2, now_millis: NOW, cancelled: cancelled.clone(), ..Session::default() };
    let (data, spec) = (data.clone(), spec.clone());
    match guarded(LIMIT, move || judge(&data.engine, &session, &spec)) {
        Ok(outcome) => outcome,
        Err(Failure::Panicked(message)) => Outcome::failed(Kind::Panic, message),
        Err(Failure::TimedOut) => {
            cancelled.store(true, Ordering::Relaxed);
            Outcome::failed(Kind::Timeout, format!("not done after {} seconds", LIMIT.as_secs()))
        }
    }
}

fn judge(engine: &Engine, session: &Session, spec: &Spec) -> Outcome {
    let query = match session.prepare(engine, &spec.query) {
        Ok(query) => query,
        Err(diagnostics) => {
            return Outcome::failed(Kind::Refused, render::elasticsearch(&spec.query, &diagnostics));
        }
    };
    let analysis = warnings::of_analysis(&spec.query, query.diagnostics());
    let result = match query.collect(engine) {
        Ok(result) => result,
        Err(error) => return Outcome::failed(Kind::Broken, error.to_string()),
    };
    if let Err((difference, detail)) = compare(spec, &result) {
        return Outcome::failed(Kind::Result(difference), detail);
    }
    match warnings::compare(&spec.warnings, &result.summary.warnings, &analysis) {
        Ok(()) => Outcome::Passed,
        Err(detail) => Outcome::failed(Kind::Warnings, detail),
    }
}
