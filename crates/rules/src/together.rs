use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::replay::{Recorded, record_beside};
use quarry::{Batch, Engine, ExecError, Query, QueryRun, Session, Summary};

use crate::in_order::{in_order, map_in_order};
use crate::prepare::RunOptions;
use crate::run::{RuleFailure, RuleRun, Search, search};
use crate::{Alert, Rule};

/// What is heard of rules that run side by side.
#[derive(Debug)]
pub enum SearchEvent {
    /// A rule gives an alert.
    Alert(Box<Alert>),
    /// A rule is done; the events of the next one follow.
    Done(Result<Box<RuleRun>, RuleFailure>),
}

/// Alerts of one rule that are held until it is its turn. A rule with more runs again by itself.
const MOST_HELD: usize = 10_000;

/// Alerts of all rules that are held. A rule that finds one more runs again by itself, unless it holds few.
const MOST_HELD_IN_ALL: usize = 20_000;

/// A rule that holds no more is never let go: reading everything again for it would cost more than the room.
const FEW: usize = 1000;

/// Runs each of `rules` as [`search`] does, with one pass over what they read in common. Their events come rule by rule, in
/// the order of the rules.
pub fn search_all(
    rules: &[Rule],
    engine: &Engine,
    session: &Session,
    options: &RunOptions,
    sink: &mut dyn FnMut(&Rule, SearchEvent) -> ControlFlow<()>,
) {
    let began = Instant::now();
    let prepared =
        map_in_order(rules.iter().collect(), session.threads, |rule| Search::new(rule, engine, session, options));
    let mut recorded = Vec::new();
    let sides = prepared
        .into_iter()
        .map(|prepared| match prepared {
            Err(failure) => Side::Failed(failure),
            Ok((query, search)) if search.wants_recording() => {
                recorded.push(query);
                Side::Recorded(Box::new(search))
            }
            Ok((query, search)) => Side::Beside(Box::new(Beside { query, search, held: Vec::new(), is_full: false })),
        })
        .collect();
    let read = read(sides, recorded, engine);
    let part = began.elapsed().checked_div(rules.len().max(1) as u32).unwrap_or_default();
    in_order(read, session.threads, Read::end, |number, ended| {
        let rule = &rules[number];
        match ended {
            Ended::Alert(alert) => sink(rule, SearchEvent::Alert(alert)),
            Ended::Done(done) => {
                sink(rule, SearchEvent::Done(done.map(|run| Box::new(RuleRun { took: part, ..*run }))))
            }
            Ended::Again => {
                let mut flow = ControlFlow::Continue(());
                let done = search(rule, engine, session, options, &mut |alert| {
                    flow = sink(rule, SearchEvent::Alert(Box::new(alert)));
                    flow
                });
                flow?;
                sink(rule, SearchEvent::Done(done.map(Box::new)))
            }
        }
    });
}

/// How a rule runs where there are others.
enum Side<'a> {
    /// It can't.
    Failed(RuleFailure),
    /// From a recording, since it needs its events in an order of its own.
    Recorded(Box<Search<'a>>),
    /// Beside the others.
    Beside(Box<Beside<'a>>),
}

struct Beside<'a> {
    query: Query,
    search: Search<'a>,
    held: Vec<Alert>,
    /// Whether there were too many, and none is held any more.
    is_full: bool,
}

/// Reads what all of `sides` need in one pass: what the queries of `recorded` find is kept, the others' alerts are held.
fn read<'a>(mut sides: Vec<Side<'a>>, recorded: Vec<Query>, engine: &Engine) -> Vec<Read<'a>> {
    let in_all = Cell::new(0);
    let mut takes: Vec<_> = sides
        .iter_mut()
        .filter_map(|side| match side {
            Side::Beside(side) => Some(side.as_mut()),
            _ => None,
        })
        .map(|Beside { query, search, held, is_full }| {
            let in_all = &in_all;
            let take = move |batch: Batch| {
                let flow = search.take(&batch, &mut |alert| hold(held, in_all, alert));
                *is_full |= flow.is_break();
                flow
            };
            (&*query, take)
        })
        .collect();
    let runs = takes.iter_mut().map(|(query, take)| QueryRun { query, sink: take }).collect();
    let (recorded, summaries) = record_beside(recorded, runs, engine);
    drop(takes);
    let (mut recorded, mut summaries) = (recorded.into_iter(), summaries.into_iter());
    let reads = sides.into_iter().map(|side| match side {
        Side::Failed(failure) => Read::Failed(failure),
        Side::Recorded(search) => match recorded.next() {
            Some(Ok(recorded)) => Read::Recorded(search, Box::new(recorded)),
            // By itself it may have room enough.
            _ => Read::Again,
        },
        Side::Beside(side) if side.is_full => {
            summaries.next();
            Read::Again
        }
        Side::Beside(side) => {
            let missing = Err(ExecError::Internal("a rule that was not run"));
            Read::Beside(side, summaries.next().unwrap_or(missing))
        }
    });
    reads.collect()
}

/// A rule after all has been read.
enum Read<'a> {
    Failed(RuleFailure),
    Recorded(Box<Search<'a>>, Box<Recorded>),
    Beside(Box<Beside<'a>>, Result<Summary, ExecError>),
    /// It has to run by itself.
    Again,
}

/// What comes of a rule.
enum Ended {
    Alert(Box<Alert>),
    Done(Result<Box<RuleRun>, RuleFailure>),
    /// It has to run by itself.
    Again,
}

impl Read<'_> {
    fn end(self, give: &mut dyn FnMut(Ended) -> ControlFlow<()>) -> ControlFlow<()> {
        let done = match self {
            Self::Failed(failure) => Err(failure),
            Self::Again => return give(Ended::Again),
            Self::Recorded(search, recorded) => {
                search.replay(&recorded, Instant::now(), &mut |alert| give(Ended::Alert(Box::new(alert))))
            }
            Self::Beside(side, summary) => {
                let Beside { query, mut search, held, .. } = *side;
                let mut give = |alert| give(Ended::Alert(Box::new(alert)));
                held.into_iter().try_for_each(&mut give)?;
                search.finish(&mut give);
                summary.map(|summary| search.end(&query, summary, Duration::ZERO)).map_err(RuleFailure::Execution)
            }
        };
        give(Ended::Done(done.map(Box::new)))
    }
}

/// Holds an alert until it is its rule's turn. Where there are too many, the rule's are let go.
fn hold(held: &mut Vec<Alert>, in_all: &Cell<usize>, alert: Alert) -> ControlFlow<()> {
    held.push(alert);
    in_all.set(in_all.get() + 1);
    if held.len() <= FEW || held.len() <= MOST_HELD && in_all.get() <= MOST_HELD_IN_ALL {
        return ControlFlow::Continue(());
    }
    in_all.set(in_all.get() - held.len());
    *held = Vec::new();
    ControlFlow::Break(())
}
