//! One query run for many windows of time over rows that are read once.
//!
//! A session whose [`Selection`](crate::Selection) names times makes queries in which every FROM has a window. What
//! lies under a window is the same for all of them: it is read once and kept, sorted by time. Each run then cuts the
//! rows of its window out by binary search and computes the rest, with its own NOW().

mod recording;

use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_exec::{Budget, ExecError, ExecOptions, Task, execute};
use quarry_functions::{Settings, Warnings};
use quarry_plan::lineage::makes_rows;
use quarry_plan::scan::ScanColumnKind;
use quarry_plan::{Node, Plan};
use quarry_types::Batch;

use crate::{Engine, Outcomes, Query, QueryRun, Session, Summary};
use recording::{Recording, Room, Slice, Taking};

/// When a scheduled run looks, and at what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The time of the first documents, in milliseconds since the epoch.
    pub first: i64,
    /// The time of the last documents; they belong to the window.
    pub last: i64,
    /// NOW().
    pub now: i64,
}

/// A query whose documents have been read.
#[derive(Debug)]
pub struct Recorded {
    query: Query,
    engine: Engine,
    /// For each window of the plan, in the order in which [`Places`] meets them.
    windows: Vec<Arc<Recording>>,
    /// For each lookup that looks into rows without windows.
    lookups: Vec<Arc<Recording>>,
    makes_rows: bool,
}

/// Reads what `queries` need for their runs, what they read in common once. Where they need more room than the memory
/// limit leaves, one fails, and those after it as far as they need room, too; they can be recorded again one by one.
#[must_use]
pub fn record(queries: Vec<Query>, engine: &Engine) -> Outcomes<Recorded> {
    record_beside(queries, Vec::new(), engine).0
}

/// As [`record`], in one pass with `runs`, whose results come second; see [`Query::run_together`].
#[must_use]
pub fn record_beside(
    queries: Vec<Query>,
    runs: Vec<QueryRun<'_>>,
    engine: &Engine,
) -> (Outcomes<Recorded>, Outcomes<Summary>) {
    let first = queries.first().or(runs.first().map(|run| run.query));
    let Some(Session { threads, memory_limit: limit, .. }) = first.map(|query| &query.session) else {
        return (Vec::new(), Vec::new());
    };
    let (threads, limit) = (*threads, *limit);
    let options: Vec<ExecOptions> =
        queries.iter().map(|query| options(&query.session, query.settings.clone())).collect();
    let mut takings = Vec::new();
    for (query, options) in queries.iter().zip(&options) {
        visit(query.plan(), &mut |place| takings.push(Taking::new(place, options)));
    }
    let room = Room::new(limit);
    let (summaries, ended) = read(&mut takings, runs, &room, threads, engine);
    let mut takings = takings.into_iter().zip(ended);
    let mut kept = Vec::with_capacity(queries.len());
    let mut is_full = false;
    for query in &queries {
        let mut count = 0;
        visit(query.plan(), &mut |_| count += 1);
        let recordings: Vec<Result<(bool, Recording), ExecError>> = takings
            .by_ref()
            .take(count)
            .map(|(taking, ended)| {
                let is_window = taking.is_window;
                // What comes after one that failed would only take the room that this needs when it is read again.
                taking.finish(ended?, &room, is_full).map(|recording| (is_window, recording))
            })
            .collect();
        let recordings: Result<Vec<(bool, Recording)>, ExecError> = recordings.into_iter().collect();
        is_full |= matches!(recordings, Err(ExecError::MemoryLimit { .. }));
        kept.push(recordings);
    }
    let recorded = queries.into_iter().zip(kept).map(|(query, kept)| Ok(Recorded::new(query, engine, kept?))).collect();
    (recorded, summaries)
}

/// Runs all plans together and keeps their rows, in one pass with `runs`.
fn read(
    takings: &mut [Taking<'_>],
    runs: Vec<QueryRun<'_>>,
    room: &Room,
    threads: usize,
    engine: &Engine,
) -> (Outcomes<Summary>, Outcomes<Warnings>) {
    let plans: Vec<(&Plan, &ExecOptions)> = takings.iter().map(|taking| (taking.plan, taking.options)).collect();
    let mut sinks: Vec<_> = takings.iter_mut().map(|taking| |batch: Batch| taking.take(&batch, room)).collect();
    let tasks = sinks.iter_mut().zip(plans).map(|(sink, (plan, options))| Task { plan, options, sink }).collect();
    Query::run_beside(runs, tasks, threads, engine.account())
}

impl Recorded {
    fn new(query: Query, engine: &Engine, kept: Vec<(bool, Recording)>) -> Self {
        let (mut windows, mut lookups) = (Vec::new(), Vec::new());
        for (is_window, recording) in kept {
            let into = if is_window { &mut windows } else { &mut lookups };
            into.push(Arc::new(recording));
        }
        let makes_rows = makes_rows(query.plan());
        Self { query, engine: engine.clone(), windows, lookups, makes_rows }
    }

    /// The query.
    #[must_use]
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The times of the first and the last document that was kept; conditions that need no clock have already been
    /// applied to them.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let spans = || self.windows.iter().filter_map(|recording| recording.span());
        Some((spans().map(|(first, _)| first).min()?, spans().map(|(_, last)| last).max()?))
    }

    /// Documents that no window can hold, since they have no time.
    #[must_use]
    pub fn undated(&self) -> usize {
        self.windows.iter().map(|recording| recording.undated()).sum()
    }

    /// The time of the first document kept that is not before `time`.
    #[must_use]
    pub fn next(&self, time: i64) -> Option<i64> {
        self.windows.iter().filter_map(|recording| recording.next(time)).min()
    }

    /// Whether a window without documents can give rows all the same, as a count of nothing does.
    #[must_use]
    pub fn makes_rows(&self) -> bool {
        self.makes_rows
    }

    /// Runs the query for all documents, in the order of their times; those without a time come last.
    ///
    /// # Errors
    /// The run could not go on.
    pub fn run_all(&self, now: i64, sink: &mut dyn FnMut(Batch) -> ControlFlow<()>) -> Result<Summary, ExecError> {
        self.run_in(now, None, sink)
    }

    /// Runs the query for `window` and hands its rows to `sink` until it breaks.
    ///
    /// # Errors
    /// The run could not go on.
    pub fn run(&self, window: Window, sink: &mut dyn FnMut(Batch) -> ControlFlow<()>) -> Result<Summary, ExecError> {
        self.run_in(window.now, Some(window), sink)
    }

    fn run_in(
        &self,
        now: i64,
        window: Option<Window>,
        sink: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<Summary, ExecError> {
        let session = &self.query.session;
        let settings = Arc::new(Settings { now_millis: now, ..(*self.query.settings).clone() });
        let plan = if self.query.clock_is_fixed {
            let session = Session { now_millis: now, ..session.clone() };
            let again = Query::prepare(&session, &self.engine, &self.query.text);
            again.map_err(|_| ExecError::Internal("a query is wrong at another time"))?.plan
        } else {
            self.query.plan.clone()
        };
        let mut filling = Filling { recorded: self, window, windows: 0, lookups: 0, failure: None };
        let plan = filling.fill(plan);
        if let Some(failure) = filling.failure {
            return Err(failure);
        }
        let mut rows = 0;
        let warnings = execute(&plan, &options(session, settings), self.engine.account(), &mut |batch| {
            rows += batch.rows() as u64;
            sink(batch)
        })?;
        Ok(Summary { warnings: warnings.texts(), rows, cut_at: None })
    }

    /// What failed in single rows while the documents were read.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let recordings = self.windows.iter().chain(&self.lookups);
        recordings.flat_map(|recording| recording.warnings.texts()).collect()
    }
}

pub(crate) fn options(session: &Session, settings: Arc<Settings>) -> ExecOptions {
    ExecOptions {
        threads: session.threads,
        budget: Budget::new(session.memory_limit),
        settings,
        cancelled: session.cancelled.clone(),
    }
}

/// Where rows are kept.
enum Place<'p> {
    /// The input of a window, and its times.
    Window(&'p Plan, &'p [u32]),
    /// The rows that a lookup looks into.
    Lookup(&'p Plan),
}

fn has_window(plan: &Plan) -> bool {
    let right = match &plan.node {
        Node::Window { .. } => return true,
        Node::Lookup { right, .. } | Node::Membership { right, .. } => has_window(right),
        _ => false,
    };
    right || plan.inputs().into_iter().any(has_window)
}

/// Calls `see` for every place, in the order in which [`Filling`] meets them.
fn visit<'p>(plan: &'p Plan, see: &mut dyn FnMut(Place<'p>)) {
    match &plan.node {
        Node::Window { input, times } => return see(Place::Window(input, times)),
        Node::Lookup { right, .. } if has_window(right) => visit(right, see),
        Node::Lookup { right, .. } => see(Place::Lookup(right)),
        _ => {}
    }
    plan.inputs().into_iter().for_each(|input| visit(input, see));
    if let Node::Membership { right, .. } = &plan.node {
        visit(right, see);
    }
}

/// Puts the rows of one window into a plan.
struct Filling<'r> {
    recorded: &'r Recorded,
    window: Option<Window>,
    windows: usize,
    lookups: usize,
    failure: Option<ExecError>,
}

impl Filling<'_> {
    fn fill(&mut self, plan: Plan) -> Plan {
        let Plan { node, output } = plan;
        let node = match node {
            Node::Window { .. } => {
                let recording = self.recorded.windows.get(self.windows);
                self.windows += 1;
                return self.scan(recording, true, output);
            }
            Node::Lookup { input, right, matching, expand, fields, site } => {
                let right = if has_window(&right) {
                    self.fill((*right).clone())
                } else {
                    let recording = self.recorded.lookups.get(self.lookups);
                    self.lookups += 1;
                    self.scan(recording, false, right.output.clone())
                };
                Node::Lookup { input, right: Arc::new(right), matching, expand, fields, site }
            }
            node => node,
        };
        Plan { node, output }.map_inputs(&mut |input| self.fill(input))
    }

    fn scan(&mut self, recording: Option<&Arc<Recording>>, cut: bool, output: Vec<quarry_plan::Attribute>) -> Plan {
        let places = recording.and_then(|recording| {
            let place = |id| recording.columns.iter().position(|column| column.id == id);
            output.iter().map(|attribute| place(attribute.id)).collect::<Option<Vec<usize>>>()
        });
        let (Some(recording), Some(columns)) = (recording, places) else {
            self.failure = Some(ExecError::Internal("a run reads what was not kept for it"));
            return Plan { node: Node::Row { values: Vec::new() }, output: Vec::new() };
        };
        let rows = match self.window.filter(|_| cut) {
            Some(window) => recording.between(window.first, window.last),
            None => recording.all(),
        };
        let kinds = output.iter().map(|attribute| ScanColumnKind::Field(attribute.name.to_string())).collect();
        let table = Arc::new(Slice { recording: recording.clone(), columns, rows });
        Plan { node: Node::Scan { table, columns: kinds, prefilter: None }, output }
    }
}
