//! Several plans at once: what they read in common is read once.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use quarry_functions::Warnings;
use quarry_plan::Plan;
use quarry_plan::scan::{Account, Reader, Split, SplitKey};
use quarry_types::Batch;

use crate::ahead::Ahead;
use crate::lane::{Lane, LaneSource, lanes};
use crate::operator::{Chain, Cx, lane_half, operator};
use crate::run::{WAITING_BATCHES, base_of, first_blocking, upper_chain};
use crate::{ExecError, ExecOptions, execute};

/// A plan to run, and who takes its batches.
pub struct Task<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How it is run.
    pub options: &'a ExecOptions,
    /// Takes its batches in order, until it breaks.
    pub sink: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
}

impl std::fmt::Debug for Task<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").field("plan", self.plan).finish_non_exhaustive()
    }
}

/// Runs all of `tasks`, each with the result that [`execute`] would have: what failed in single rows, or why it could not
/// go on. Plans whose scans can't be shared run by themselves, after the others.
pub fn execute_together(tasks: Vec<Task<'_>>, threads: usize, account: &Account) -> Vec<Result<Warnings, ExecError>> {
    let mut results: Vec<Option<Result<Warnings, ExecError>>> = tasks.iter().map(|_| None).collect();
    let mut members = Vec::new();
    let mut alone = Vec::new();
    for (number, task) in tasks.into_iter().enumerate() {
        match Member::new(task.plan, task.options) {
            Ok(Some(member)) => members.push((number, member, task)),
            Ok(None) => alone.push((number, task)),
            Err(error) => results[number] = Some(Err(error)),
        }
    }
    for (number, result) in run_members(members, threads, account) {
        results[number] = Some(result);
    }
    for (number, task) in alone {
        results[number] = Some(execute(task.plan, task.options, account, task.sink));
    }
    results.into_iter().map(|result| result.unwrap_or(Err(ExecError::Internal("a plan that was not run")))).collect()
}

/// A plan whose lanes all read splits that can be shared.
struct Member<'p> {
    blocking: Option<&'p Plan>,
    lanes: Vec<(SplitKey, Lane<'p>)>,
    chain: Chain,
}

impl<'p> Member<'p> {
    fn new(plan: &'p Plan, options: &ExecOptions) -> Result<Option<Self>, ExecError> {
        let (blocking, above) = first_blocking(plan);
        let mut keyed = Vec::new();
        for lane in lanes(base_of(plan, blocking)?, options) {
            let key = match &lane.source {
                LaneSource::Split { split, .. } => split.key(),
                _ => None,
            };
            let Some(key) = key else { return Ok(None) };
            // The lanes of all plans are taken in one order, which must be this plan's.
            if keyed.last().is_some_and(|(last, _)| *last >= key) {
                return Ok(None);
            }
            keyed.push((key, lane));
        }
        Ok(Some(Self { blocking, lanes: keyed, chain: upper_chain(blocking, above, options)? }))
    }
}

/// The lanes that read one split.
type Part<'p> = Vec<PartLane<'p>>;

struct PartLane<'p> {
    /// The place of its plan.
    place: usize,
    /// Its number among the lanes of its plan.
    number: usize,
    blocking: Option<&'p Plan>,
    lane: Lane<'p>,
}

enum Message {
    /// Of the plan at a place, with the bytes that it was counted with and what failed since the batch before.
    Batch(usize, Batch, usize, Warnings),
    End(usize, Result<Warnings, ExecError>),
}

fn run_members(
    members: Vec<(usize, Member<'_>, Task<'_>)>,
    threads: usize,
    account: &Account,
) -> Vec<(usize, Result<Warnings, ExecError>)> {
    let mut parts: BTreeMap<SplitKey, Part<'_>> = BTreeMap::new();
    let mut running = Vec::new();
    for (place, (number, member, task)) in members.into_iter().enumerate() {
        let blocking = member.blocking;
        for (number, (key, lane)) in member.lanes.into_iter().enumerate() {
            parts.entry(key).or_default().push(PartLane { place, number, blocking, lane });
        }
        running.push(Running { number, chain: member.chain, task, warnings: Warnings::default(), failure: None });
    }
    let parts: Vec<Part<'_>> = parts.into_values().collect();
    let options: Vec<&ExecOptions> = running.iter().map(|run| run.task.options).collect();
    let stopped: Vec<AtomicBool> = running.iter().map(|_| AtomicBool::new(false)).collect();
    let (senders, receivers): (Vec<_>, Vec<Receiver<Message>>) = parts
        .iter()
        .map(|_| {
            let (sender, receiver) = sync_channel::<Message>(WAITING_BATCHES);
            (Mutex::new(Some(sender)), receiver)
        })
        .unzip();
    let next = AtomicUsize::new(0);
    let ahead = Ahead::new(parts.len(), threads);
    let work = Work {
        parts: &parts,
        senders: &senders,
        ahead: &ahead,
        next: &next,
        stopped: &stopped,
        options: &options,
        account,
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1).min(parts.len()) {
            scope.spawn(|| work.run());
        }
        let _closing = ahead.close_at_end();
        for (part, receiver) in receivers.into_iter().enumerate() {
            ahead.turn(part);
            for message in receiver {
                match message {
                    Message::Batch(place, batch, bytes, warnings) => {
                        ahead.take(part, bytes);
                        running[place].take(batch, warnings, &stopped[place], account);
                    }
                    Message::End(place, ended) => running[place].lane_ended(ended, &stopped[place]),
                }
            }
        }
    });
    running.into_iter().map(|run| run.end(account)).collect()
}

/// A plan while it runs: the part of it that joins what its lanes put out.
struct Running<'a> {
    number: usize,
    chain: Chain,
    task: Task<'a>,
    warnings: Warnings,
    failure: Option<ExecError>,
}

impl Running<'_> {
    fn take(&mut self, batch: Batch, warnings: Warnings, stopped: &AtomicBool, account: &Account) {
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        self.warnings.merge(warnings);
        let options = self.task.options;
        let mut cx = Cx { warnings: &mut self.warnings, settings: &options.settings, options, account };
        let sink = &mut self.task.sink;
        match self.chain.push(batch, &mut cx, &mut |batch, _| Ok(sink(batch))) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => stopped.store(true, Ordering::Relaxed),
            Err(error) => self.fail(error, stopped),
        }
    }

    fn lane_ended(&mut self, ended: Result<Warnings, ExecError>, stopped: &AtomicBool) {
        match ended {
            // What is found after the end of interest is not looked at.
            Ok(_) if stopped.load(Ordering::Relaxed) => {}
            Ok(warnings) => self.warnings.merge(warnings),
            Err(error) => self.fail(error, stopped),
        }
    }

    fn fail(&mut self, error: ExecError, stopped: &AtomicBool) {
        self.failure.get_or_insert(error);
        stopped.store(true, Ordering::Relaxed);
    }

    fn end(mut self, account: &Account) -> (usize, Result<Warnings, ExecError>) {
        if let Some(error) = self.failure {
            return (self.number, Err(error));
        }
        let options = self.task.options;
        let mut cx = Cx { warnings: &mut self.warnings, settings: &options.settings, options, account };
        let sink = &mut self.task.sink;
        let finished = self.chain.finish(&mut cx, &mut |batch, _| Ok(sink(batch)));
        (self.number, finished.map(|()| self.warnings))
    }
}

/// What the threads share.
struct Work<'a> {
    parts: &'a [Part<'a>],
    senders: &'a [Mutex<Option<SyncSender<Message>>>],
    ahead: &'a Ahead,
    next: &'a AtomicUsize,
    stopped: &'a [AtomicBool],
    options: &'a [&'a ExecOptions],
    account: &'a Account,
}

impl Work<'_> {
    fn run(&self) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = self.parts.get(index) else { return };
            let Some(sender) = self.senders[index].lock().ok().and_then(|mut sender| sender.take()) else { continue };
            self.part(part, &Outlet { part: index, sender: &sender, ahead: self.ahead });
        }
    }

    fn part(&self, part: &Part<'_>, outlet: &Outlet<'_>) {
        let mut lanes: Vec<LaneRun<'_>> = part
            .iter()
            .filter(|lane| !self.is_over(lane.place))
            .map(|lane| LaneRun::new(lane, self.options[lane.place]))
            .collect();
        let mut readers = Vec::new();
        let mut reading: Option<&dyn Split> = None;
        for run in &mut lanes {
            let LaneSource::Split { split, request } = &run.lane.lane.source else { continue };
            reading.get_or_insert(split.as_ref());
            readers.push((split, request.as_ref(), run));
        }
        let Some(reading) = reading else { return };
        let mut takes: Vec<_> = readers
            .into_iter()
            .map(|(split, request, run)| {
                let take = move |batch: Batch| {
                    split.observe(&batch);
                    if self.is_over(run.lane.place) {
                        ControlFlow::Break(())
                    } else {
                        run.push(batch, outlet, self.account)
                    }
                };
                (request, take)
            })
            .collect();
        let readers = takes.iter_mut().map(|(request, take)| Reader { request, emit: take }).collect();
        reading.scan_together(readers, self.account);
        drop(takes);
        for run in lanes {
            run.end(outlet, self.account);
        }
    }

    fn is_over(&self, place: usize) -> bool {
        self.stopped[place].load(Ordering::Relaxed) || self.options[place].cancelled.load(Ordering::Relaxed)
    }
}

/// The part of a plan that runs for one split.
struct LaneRun<'a> {
    lane: &'a PartLane<'a>,
    options: &'a ExecOptions,
    chain: Chain,
    warnings: Warnings,
    failure: Option<ExecError>,
}

impl<'a> LaneRun<'a> {
    fn new(lane: &'a PartLane<'a>, options: &'a ExecOptions) -> Self {
        let steps = lane.lane.steps.iter().map(|step| operator(step, lane.number as u64, &options.budget));
        let operators = steps.collect::<Result<Vec<_>, _>>().and_then(|mut operators| {
            if let Some(step) = lane.blocking {
                operators.extend(lane_half(step, &options.budget)?);
            }
            Ok(operators)
        });
        let (operators, failure) = match operators {
            Ok(operators) => (operators, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        Self { lane, options, chain: Chain::new(operators), warnings: Warnings::default(), failure }
    }

    fn push(&mut self, batch: Batch, outlet: &Outlet<'_>, account: &Account) -> ControlFlow<()> {
        if self.failure.is_some() {
            return ControlFlow::Break(());
        }
        let options = self.options;
        let mut cx = Cx { warnings: &mut self.warnings, settings: &options.settings, options, account };
        let place = self.lane.place;
        match self
            .chain
            .push(batch, &mut cx, &mut |batch, cx| Ok(outlet.send(place, batch, std::mem::take(cx.warnings))))
        {
            Ok(flow) => flow,
            Err(error) => {
                self.failure = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn end(mut self, outlet: &Outlet<'_>, account: &Account) {
        let options = self.options;
        let mut cx = Cx { warnings: &mut self.warnings, settings: &options.settings, options, account };
        let place = self.lane.place;
        let ended = match self.failure {
            Some(error) => Err(error),
            None => {
                self.chain.finish(&mut cx, &mut |batch, cx| Ok(outlet.send(place, batch, std::mem::take(cx.warnings))))
            }
        };
        outlet.sender.send(Message::End(place, ended.map(|()| self.warnings))).unwrap_or_default();
    }
}

/// Where a part's batches go.
struct Outlet<'a> {
    part: usize,
    sender: &'a SyncSender<Message>,
    ahead: &'a Ahead,
}

impl Outlet<'_> {
    fn send(&self, place: usize, batch: Batch, warnings: Warnings) -> ControlFlow<()> {
        let bytes = batch.distinct_bytes();
        self.ahead.admit(self.part, bytes);
        match self.sender.send(Message::Batch(place, batch, bytes, warnings)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}
