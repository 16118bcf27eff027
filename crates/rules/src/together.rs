use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use quarry::replay::{Recorded, record_beside};
use quarry::{Batch, Engine, ExecError, Outcomes, Query, QueryRun, Session, Summary};

use crate::grouped::Grouped;
use crate::prepare::{RunOptions, bad_rule};
use crate::run::{RuleFailure, RuleRun, Search, search};
use crate::suppress::Suppression;
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
    let mut sides = Vec::with_capacity(rules.len());
    let mut grouped = Vec::new();
    for rule in rules {
        let side = Side::new(rule, engine, session, options).map(|(side, query)| {
            grouped.extend(query);
            side
        });
        sides.push(side);
    }
    let (recorded, summaries) = read(&mut sides, grouped, engine);
    let (mut recorded, mut summaries) = (recorded.into_iter(), summaries.into_iter());
    let part = began.elapsed().checked_div(rules.len().max(1) as u32).unwrap_or_default();
    for (rule, side) in rules.iter().zip(sides) {
        let mut flow = ControlFlow::Continue(());
        let mut give = |alert: Alert| {
            flow = sink(rule, SearchEvent::Alert(Box::new(alert)));
            flow
        };
        let done = match side {
            Err(failure) => Err(failure),
            Ok(Side::Grouped(grouped)) => match recorded.next() {
                Some(Ok(recorded)) => grouped.run(rule, session, &recorded, &mut give),
                // By itself it may have room enough.
                _ => search(rule, engine, session, options, &mut give),
            },
            Ok(Side::Beside(side)) => {
                let missing = Err(ExecError::Internal("a rule that was not run"));
                let summary = summaries.next().unwrap_or(missing);
                side.finish(rule, summary, engine, session, options, &mut give)
            }
        };
        if flow.is_break()
            || sink(rule, SearchEvent::Done(done.map(|run| Box::new(RuleRun { took: part, ..run })))).is_break()
        {
            return;
        }
    }
}

/// Reads what all of `sides` need in one pass: what `grouped` find is recorded, the others' alerts are held.
fn read(
    sides: &mut [Result<Side<'_>, RuleFailure>],
    grouped: Vec<Query>,
    engine: &Engine,
) -> (Outcomes<Recorded>, Outcomes<Summary>) {
    let mut takes: Vec<_> = sides
        .iter_mut()
        .filter_map(|side| match side {
            Ok(Side::Beside(side)) => Some(side.as_mut()),
            _ => None,
        })
        .map(|Beside { query, search, held }| {
            let take = move |batch: Batch| {
                search.take(&batch, &mut |alert| {
                    held.push(alert);
                    if held.len() > MOST_HELD { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
            };
            (&*query, take)
        })
        .collect();
    let runs = takes.iter_mut().map(|(query, take)| QueryRun { query, sink: take }).collect();
    record_beside(grouped, runs, engine)
}

/// How a rule runs where there are others.
enum Side<'a> {
    /// From a recording, since it needs its events in an order of its own.
    Grouped(Box<Grouped>),
    /// Beside the others.
    Beside(Box<Beside<'a>>),
}

struct Beside<'a> {
    query: Query,
    search: Search<'a>,
    held: Vec<Alert>,
}

impl<'a> Side<'a> {
    /// The query comes second where it is to be recorded.
    fn new(
        rule: &'a Rule,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
    ) -> Result<(Self, Option<Query>), RuleFailure> {
        let suppression = Suppression::of(rule).map_err(|message| bad_rule(&message))?;
        if let Some(suppression) = suppression.filter(|_| !options.unsuppressed) {
            let (query, grouped) = Grouped::new(rule, engine, session, options, suppression)?;
            return Ok((Self::Grouped(Box::new(grouped)), Some(query)));
        }
        let (query, search) = Search::new(rule, engine, session, options)?;
        Ok((Self::Beside(Box::new(Beside { query, search, held: Vec::new() })), None))
    }
}

impl Beside<'_> {
    /// Hands over what the rule has given beside others.
    fn finish(
        self,
        rule: &Rule,
        summary: Result<Summary, ExecError>,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
        give: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> Result<RuleRun, RuleFailure> {
        if self.held.len() > MOST_HELD {
            drop(self);
            return search(rule, engine, session, options, give);
        }
        let Self { query, search, held } = self;
        let _ = held.into_iter().try_for_each(give);
        summary.map(|summary| search.end(&query, summary, Duration::ZERO)).map_err(RuleFailure::Execution)
    }
}
