//! Threads: lanes run side by side, and their outputs are taken in order.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use quarry_functions::{Settings, Warnings};
use quarry_plan::scan::{Account, cancel};
use quarry_plan::{Node, Plan};
use quarry_types::{Batch, Column};

use crate::ahead::Ahead;
use crate::lane::{Lane, LaneSource, Step, lanes};
use crate::operator::{Chain, Cx, Operator, joining_half, lane_half, operator};
use crate::{Budget, Evaluator};

/// How a plan is run.
#[derive(Clone, Debug)]
pub struct ExecOptions {
    /// Lanes that run at once.
    pub threads: usize,
    /// What the state of sorts and aggregations may take.
    pub budget: Budget,
    /// Clock and zone.
    pub settings: Arc<Settings>,
    /// Set to stop the run from outside.
    pub cancelled: Arc<AtomicBool>,
}

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecError {
    /// The state of a step grew beyond the budget.
    #[error(
        "{what} needs more than the memory limit of {limit} bytes; raise it with --memory-limit, or narrow the query"
    )]
    MemoryLimit {
        /// The step.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// A function refused its constants.
    #[error("{0}")]
    Refused(String),
    /// A plan that no query makes.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

/// Batches of a lane that wait for their turn; a lane that is further ahead than this waits.
pub(crate) const WAITING_BATCHES: usize = 16;

/// Runs `plan` and hands its batches to `sink` in order, until it breaks. Returns what failed in single rows.
///
/// # Errors
/// The run could not go on; batches handed over before are valid.
pub fn execute(
    plan: &Plan,
    options: &ExecOptions,
    account: &Account,
    sink: &mut dyn FnMut(Batch) -> ControlFlow<()>,
) -> Result<Warnings, ExecError> {
    let mut all = Warnings::default();
    let rest = execute_telling(plan, options, account, &mut |batch, warnings| {
        all.merge(warnings);
        sink(batch)
    })?;
    all.merge(rest);
    Ok(all)
}

/// Takes a batch, and what failed in single rows since the batch before.
type Telling<'a> = &'a mut dyn FnMut(Batch, Warnings) -> ControlFlow<()>;

/// Runs `plan` as [`execute`] does, and hands on with each batch what failed before it. Returns what failed after the
/// last one.
fn execute_telling(
    plan: &Plan,
    options: &ExecOptions,
    account: &Account,
    sink: Telling<'_>,
) -> Result<Warnings, ExecError> {
    let mut warnings = Warnings::default();
    let (blocking, above) = first_blocking(plan);
    let mut chain = upper_chain(blocking, above, options)?;
    let lanes = lanes(base_of(plan, blocking)?, options);
    let stopped = AtomicBool::new(false);
    {
        let mut cx = Cx { warnings: &mut warnings, settings: &options.settings, options, account };
        let mut take = |batch: Batch, cx: &mut Cx<'_>| {
            chain.push(batch, cx, &mut |batch, cx| Ok(sink(batch, std::mem::take(cx.warnings))))
        };
        if options.threads <= 1 || lanes.len() <= 1 {
            run_serially(&lanes, blocking, options, account, &mut cx, &mut take)?;
        } else {
            run_in_parallel(&lanes, blocking, options, account, &stopped, &mut cx, &mut take)?;
        }
    }
    let mut cx = Cx { warnings: &mut warnings, settings: &options.settings, options, account };
    chain.finish(&mut cx, &mut |batch, cx| Ok(sink(batch, std::mem::take(cx.warnings))))?;
    Ok(warnings)
}

/// What runs below the blocking step, or all of `plan` where there is none.
pub(crate) fn base_of<'p>(plan: &'p Plan, blocking: Option<&'p Plan>) -> Result<&'p Plan, ExecError> {
    let base = blocking.map_or(Some(plan), |step| step.inputs().into_iter().next());
    base.ok_or(ExecError::Internal("a blocking step without input"))
}

/// The steps that take what the lanes put out.
pub(crate) fn upper_chain(
    blocking: Option<&Plan>,
    above: Vec<&Plan>,
    options: &ExecOptions,
) -> Result<Chain, ExecError> {
    let mut operators: Vec<Box<dyn Operator>> = Vec::new();
    if let Some(step) = blocking {
        operators.push(joining_half(step, &options.budget)?);
    }
    for step in above {
        // What runs after the lanes is random apart from what runs in them.
        operators.push(operator(&Step::new(step), u64::MAX, &options.budget)?);
    }
    Ok(Chain::new(operators))
}

/// The lowest step that needs all of its input, and the steps above it from below. Everything under it streams.
pub(crate) fn first_blocking(plan: &Plan) -> (Option<&Plan>, Vec<&Plan>) {
    let mut path = Vec::new();
    let mut at = plan;
    loop {
        path.push(at);
        match (&at.node, at.inputs().as_slice()) {
            (Node::Union { .. }, _) | (_, []) => break,
            (_, [input, ..]) => at = input,
        }
    }
    let blocks = |step: &&Plan| {
        !crate::operator::is_streaming(&step.node)
            && !matches!(step.node, Node::Scan { .. } | Node::Row { .. } | Node::Union { .. })
    };
    match path.iter().rposition(blocks) {
        None => (None, Vec::new()),
        Some(lowest) => (Some(path[lowest]), path[..lowest].iter().rev().copied().collect()),
    }
}

type Take<'a> = &'a mut dyn FnMut(Batch, &mut Cx<'_>) -> Result<ControlFlow<()>, ExecError>;

fn run_serially(
    lanes: &[Lane<'_>],
    blocking: Option<&Plan>,
    options: &ExecOptions,
    account: &Account,
    cx: &mut Cx<'_>,
    take: Take<'_>,
) -> Result<(), ExecError> {
    for (number, lane) in lanes.iter().enumerate() {
        let mut lane_warnings = Warnings::default();
        let mut stopped = false;
        let settings = options.settings.clone();
        let mut failure = None;
        let mut forward = |batch: Batch, warnings: Warnings| {
            cx.warnings.merge(warnings);
            match take(batch, cx) {
                Ok(flow) => {
                    stopped |= flow.is_break();
                    flow
                }
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        };
        run_lane(number, lane, blocking, options, account, &settings, &mut lane_warnings, &mut forward)?;
        if let Some(error) = failure {
            return Err(error);
        }
        // What is found after the end of interest is not looked at.
        if stopped {
            break;
        }
        cx.warnings.merge(lane_warnings);
        if options.cancelled.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(())
}

type LaneEnd = Result<Warnings, ExecError>;

enum Message {
    /// With the bytes that it was counted with, and what failed since the batch before: where nobody takes the next one,
    /// that is still told.
    Batch(Batch, usize, Warnings),
    End(LaneEnd),
}

fn run_in_parallel(
    lanes: &[Lane<'_>],
    blocking: Option<&Plan>,
    options: &ExecOptions,
    account: &Account,
    stopped: &AtomicBool,
    cx: &mut Cx<'_>,
    take: Take<'_>,
) -> Result<(), ExecError> {
    let next = AtomicUsize::new(0);
    let (senders, receivers): (Vec<_>, Vec<Receiver<Message>>) = lanes
        .iter()
        .map(|_| {
            let (sender, receiver) = sync_channel::<Message>(WAITING_BATCHES);
            (Mutex::new(Some(sender)), receiver)
        })
        .unzip();
    let ahead = Ahead::new(lanes.len(), options.threads);
    std::thread::scope(|scope| {
        for _ in 0..options.threads.min(lanes.len()) {
            scope.spawn(|| work(lanes, &senders, &ahead, &next, blocking, options, account, stopped));
        }
        let _closing = ahead.close_at_end();
        let result = collect(receivers, &ahead, cx, take);
        // Lanes still running find their receivers gone; those not begun are not.
        stopped.store(true, Ordering::Relaxed);
        result
    })
}

#[allow(clippy::too_many_arguments)]
fn work(
    lanes: &[Lane<'_>],
    senders: &[Mutex<Option<SyncSender<Message>>>],
    ahead: &Ahead,
    next: &AtomicUsize,
    blocking: Option<&Plan>,
    options: &ExecOptions,
    account: &Account,
    stopped: &AtomicBool,
) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(lane) = lanes.get(index) else { return };
        let Some(sender) = senders[index].lock().ok().and_then(|mut sender| sender.take()) else { continue };
        if stopped.load(Ordering::Relaxed) || options.cancelled.load(Ordering::Relaxed) {
            // What is sent after the end of interest is not looked at.
            sender.send(Message::End(Ok(Warnings::default()))).unwrap_or_default();
            continue;
        }
        let mut warnings = Warnings::default();
        let mut forward = |batch: Batch, warnings: Warnings| {
            let bytes = batch.distinct_bytes();
            ahead.admit(index, bytes);
            match sender.send(Message::Batch(batch, bytes, warnings)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        let ended = run_lane(index, lane, blocking, options, account, &options.settings, &mut warnings, &mut forward)
            .map(|()| warnings);
        sender.send(Message::End(ended)).unwrap_or_default();
    }
}

fn collect(receivers: Vec<Receiver<Message>>, ahead: &Ahead, cx: &mut Cx<'_>, take: Take<'_>) -> Result<(), ExecError> {
    for (lane, receiver) in receivers.into_iter().enumerate() {
        ahead.turn(lane);
        while let Ok(message) = receiver.recv() {
            match message {
                Message::Batch(batch, bytes, warnings) => {
                    ahead.take(lane, bytes);
                    cx.warnings.merge(warnings);
                    if take(batch, cx)?.is_break() {
                        return Ok(());
                    }
                }
                Message::End(ended) => {
                    cx.warnings.merge(ended?);
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Runs one lane through its steps and the lane half of the blocking one.
#[allow(clippy::too_many_arguments)]
fn run_lane(
    number: usize,
    lane: &Lane<'_>,
    blocking: Option<&Plan>,
    options: &ExecOptions,
    account: &Account,
    settings: &Settings,
    warnings: &mut Warnings,
    forward: Telling<'_>,
) -> Result<(), ExecError> {
    let mut operators: Vec<Box<dyn Operator>> =
        lane.steps.iter().map(|step| operator(step, number as u64, &options.budget)).collect::<Result<_, _>>()?;
    if let Some(step) = blocking {
        operators.extend(lane_half(step, &options.budget)?);
    }
    let mut chain = Chain::new(operators);
    let row = match &lane.source {
        LaneSource::Row(values) => Some(one_row(values, warnings, settings)),
        _ => None,
    };
    let mut cx = Cx { warnings, settings, options, account };
    let mut failure = None;
    let mut forward = |batch: Batch, cx: &mut Cx<'_>| Ok(forward(batch, std::mem::take(cx.warnings)));
    let mut take = |batch: Batch, warnings: Warnings| {
        cx.warnings.merge(warnings);
        match chain.push(batch, &mut cx, &mut forward) {
            Ok(flow) => flow,
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    match &lane.source {
        LaneSource::Split { split, request } => {
            split.scan(request, account, &mut |batch| take(batch, Warnings::default()));
        }
        LaneSource::Row(_) => {
            let _ = row.map(|row| take(row, Warnings::default()));
        }
        LaneSource::Nested(plan) => {
            let inner = ExecOptions { threads: 1, ..options.clone() };
            let rest = execute_telling(plan, &inner, account, &mut take)?;
            cx.warnings.merge(rest);
        }
    }
    if let Some(error) = failure {
        cancel(&options.cancelled);
        return Err(error);
    }
    chain.finish(&mut cx, &mut forward)
}

fn one_row(values: &[quarry_plan::Expr], warnings: &mut Warnings, settings: &Settings) -> Batch {
    let empty = Batch::new(Vec::new(), 1);
    let columns: Vec<Column> =
        values.iter().map(|value| Evaluator::new(value, &[]).evaluate(&empty, warnings, settings)).collect();
    Batch::new(columns, 1)
}
