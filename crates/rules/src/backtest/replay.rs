//! One window after the other.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use quarry::replay::Recorded;
use quarry::{Batch, ExecError};

use super::{Part, RuleBacktest};
use crate::Alert;
use crate::alert::{Candidate, Maker, Run};
use crate::exceptions::holds;
use crate::prepare::Identity;
use crate::suppress::Taken;

/// What the runs of a rule know of those before them.
pub(super) struct Replay<'r> {
    pub(super) part: Part<'r>,
    pub(super) maker: Maker<'r>,
    pub(super) as_reference: bool,
    /// The ids of all alerts and of what became part of them.
    pub(super) seen: HashSet<String>,
    /// For each group of events the end of the window of its last alert.
    pub(super) groups: HashMap<String, i64>,
}

/// What was counted in one run.
#[derive(Default)]
struct Counted {
    made: u64,
    added: u64,
    cut: u64,
    rows: u64,
}

impl Replay<'_> {
    /// Looks at one window.
    pub(super) fn window(
        &mut self,
        recorded: &Recorded,
        window: quarry::replay::Window,
        number: i64,
        outcome: &mut RuleBacktest,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, ExecError> {
        let mut counted = Counted::default();
        let mut stopped = ControlFlow::Continue(());
        self.part.reader.begin();
        let run = Run { now: window.now, window: Some((window.first, window.last)) };
        if let Some(suppressor) = &mut self.part.suppressor {
            for alert in suppressor.settled(number, window.now) {
                if sink(alert).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        let summary = recorded.run(window, &mut |batch| {
            stopped = self.batch(&batch, run, number, &mut counted, outcome, sink);
            stopped
        })?;
        outcome.warnings.extend(summary.warnings);
        outcome.alerts += counted.made;
        outcome.suppressed += counted.added;
        if counted.cut > 0 {
            outcome.cut.0 += counted.cut;
            outcome.cut.1 += 1;
        }
        Ok(stopped)
    }

    fn batch(
        &mut self,
        batch: &Batch,
        run: Run,
        number: i64,
        counted: &mut Counted,
        outcome: &mut RuleBacktest,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let (first, last) = run.window.unwrap_or_default();
        let identity =
            if self.as_reference { Identity::Reference(first, last) } else { Identity::InWindow(first, last) };
        let (seen, before) = (&self.seen, outcome.duplicates);
        let mut repeated = 0;
        let found = self.part.reader.read(batch, identity, &mut |found| {
            let repeats = seen.contains(&found.uuid);
            repeated += u64::from(repeats);
            repeats
        });
        outcome.duplicates = before + repeated;
        let maker = &self.maker;
        for (row, found) in found {
            let candidate = Maker::candidate(found);
            // What is excepted is no row of the query: it counts for nothing.
            if self.part.except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                continue;
            }
            counted.rows += 1;
            let uuid = &candidate.found.uuid;
            let group =
                (!self.as_reference && self.part.reader.aggregates()).then(|| self.part.reader.group(batch, row));
            if self.seen.contains(uuid) || group.as_ref().is_some_and(|group| self.overlaps(group, first)) {
                outcome.duplicates += 1;
                continue;
            }
            // The reference asks for no more rows of groups than it makes alerts of.
            let beyond = self.as_reference && self.part.reader.aggregates() && counted.rows > self.part.max_signals;
            if beyond || self.is_full(&candidate, run, number, counted) {
                counted.cut += 1;
                continue;
            }
            self.seen.insert(candidate.found.uuid.clone());
            if let Some(group) = group {
                self.groups.insert(group, last);
            }
            let at = self.time(&candidate, run);
            match &mut self.part.suppressor {
                None => {
                    counted.made += 1;
                    sink(maker.alert(candidate, run))?;
                }
                Some(suppressor) => {
                    match suppressor.push(candidate, number, run.now, at, &|candidate| maker.alert(candidate, run)) {
                        Taken::New => counted.made += 1,
                        Taken::Added => counted.added += 1,
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether a window that begins at `first` overlaps that of the group's last alert. Windows without a gap between them
    /// share a moment, and stand for themselves all the same: a group that lasts would alert in every other one only.
    fn overlaps(&self, group: &str, first: i64) -> bool {
        self.groups.get(group).is_some_and(|last| first < *last)
    }

    /// Whether the run has as many alerts as it may make.
    fn is_full(&self, candidate: &Candidate, run: Run, number: i64, counted: &Counted) -> bool {
        match &self.part.suppressor {
            None => counted.made >= self.part.max_signals,
            Some(suppressor) if suppressor.would_be_new(&candidate.source, number, run.now) => {
                counted.made >= self.part.max_signals
            }
            Some(_) => self.as_reference && counted.added >= self.part.max_signals,
        }
    }

    /// The time of the event by the rule's own time field.
    fn time(&self, candidate: &Candidate, run: Run) -> i64 {
        candidate.time(&self.part.times).unwrap_or(run.now)
    }
}
