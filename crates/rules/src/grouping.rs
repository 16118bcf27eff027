use std::ops::ControlFlow;

use crate::alert::{Candidate, Maker, Run};
use crate::prepare::times_in_search;
use crate::suppress::{Suppression, Suppressor, Taken};
use crate::{Alert, Rule};

/// How often, in milliseconds of the events' time, alerts that nothing can join any more are given away.
const SETTLING: i64 = 60_000;

/// Where a rule's rows become alerts of which those that belong together are one. The first of a group leads it.
pub(crate) struct Grouping {
    suppressor: Suppressor,
    times: Vec<String>,
    /// Whether rows come in the order of their times, so that a group is known to be whole before the end.
    in_order: bool,
    settled_at: i64,
    /// Rows that became part of another alert.
    pub(crate) suppressed: u64,
    detected: String,
}

impl Grouping {
    /// `in_order` says whether rows come in the order of their times; otherwise no alert comes out before the end.
    pub(crate) fn new(rule: &Rule, suppression: Suppression, in_order: bool, run: Run) -> Self {
        Self {
            suppressor: Suppressor::new(suppression, rule),
            times: times_in_search(rule),
            in_order,
            settled_at: i64::MIN,
            suppressed: 0,
            detected: quarry::format_time(run.now),
        }
    }

    /// Takes in what a row says. Alerts come out once nothing can join them.
    pub(crate) fn take(
        &mut self,
        candidate: Candidate,
        maker: &Maker<'_>,
        run: Run,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        // Without a schedule the events themselves tell the time.
        let time = candidate.time(&self.times).unwrap_or(run.now);
        if self.in_order && time > self.settled_at {
            self.settled_at = time.saturating_add(SETTLING);
            for alert in self.suppressor.settled(0, time) {
                sink(detected(alert, &self.detected))?;
            }
        }
        let taken = self.suppressor.push(candidate, 0, time, time, &|candidate| maker.alert(candidate, run));
        self.suppressed += u64::from(taken == Taken::Added);
        ControlFlow::Continue(())
    }

    /// Gives the alerts that are left.
    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(Alert) -> ControlFlow<()>) {
        let mut left = self.suppressor.rest().into_iter();
        let _ = left.try_for_each(|alert| sink(detected(alert, &self.detected)));
    }
}

/// Every group was found by one run.
fn detected(mut alert: Alert, at: &str) -> Alert {
    alert.document.insert("kibana.alert.last_detected".into(), at.into());
    alert
}
