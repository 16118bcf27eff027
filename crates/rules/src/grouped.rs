use std::ops::ControlFlow;
use std::time::Duration;

use quarry::replay::Recorded;
use quarry::{Engine, Exclusion, Query, Session};

use crate::alert::{Maker, Run};
use crate::exceptions::holds;
use crate::prepare::{Identity, Prepared, Reader, RunOptions, times};
use crate::run::{RuleFailure, RuleRun};
use crate::suppress::{Suppression, Suppressor, Taken};
use crate::{Alert, Rule};

/// How often, in milliseconds of the events' time, alerts that nothing can join any more are given away.
const SETTLING: i64 = 60_000;

/// A rule that groups its alerts. The first event of a group leads it, so events are taken in the order of their times.
pub(crate) struct Grouped {
    reader: Reader,
    except: Vec<Exclusion>,
    notes: Vec<String>,
    suppression: Suppression,
}

impl Grouped {
    /// What its query finds is to be recorded, and then handed to [`Grouped::run`].
    ///
    /// # Errors
    /// The query is wrong.
    pub(crate) fn new(
        rule: &Rule,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
        suppression: Suppression,
    ) -> Result<(Query, Self), RuleFailure> {
        let Prepared { query, reader, except, notes, .. } = Prepared::new(rule, engine, session, options, times(rule))?;
        Ok((query, Self { reader, except, notes, suppression }))
    }

    pub(crate) fn run(
        self,
        rule: &Rule,
        session: &Session,
        recorded: &Recorded,
        sink: &mut dyn FnMut(Alert) -> ControlFlow<()>,
    ) -> Result<RuleRun, RuleFailure> {
        let Self { mut reader, except, notes, suppression } = self;
        let times = times(rule);
        let maker = Maker::new(rule);
        let run = Run { now: session.now_millis, window: None };
        let mut suppressor = Suppressor::new(suppression, rule);
        let mut suppressed = 0;
        let mut settled_at = i64::MIN;
        let detected = quarry::format_time(run.now);
        let mut give = |mut alert: Alert| {
            alert.document.insert("kibana.alert.last_detected".into(), detected.clone().into());
            sink(alert)
        };
        let in_order = recorded.query().keeps_order();
        let mut summary = recorded
            .run_all(session.now_millis, &mut |batch| {
                for (_, found) in reader.read(&batch, Identity::Stable, &mut |_| false) {
                    let candidate = Maker::candidate(found);
                    if except.iter().any(|exclusion| holds(exclusion, &candidate.source)) {
                        continue;
                    }
                    // Without a schedule the events themselves tell the time.
                    let time = candidate.time(&times).unwrap_or(run.now);
                    if in_order && time > settled_at {
                        settled_at = time.saturating_add(SETTLING);
                        suppressor.settled(0, time).into_iter().try_for_each(&mut give)?;
                    }
                    let taken = suppressor.push(candidate, 0, time, time, &|candidate| maker.alert(candidate, run));
                    suppressed += u64::from(taken == Taken::Added);
                }
                ControlFlow::Continue(())
            })
            .map_err(RuleFailure::Execution)?;
        let _ = suppressor.finish().into_iter().try_for_each(&mut give);
        summary.warnings.extend(recorded.warnings());
        Ok(RuleRun {
            columns: reader.columns,
            summary,
            diagnostics: recorded.query().diagnostics().to_vec(),
            unmet_fields: recorded.query().unmet_fields(),
            suppressed,
            notes,
            took: Duration::ZERO,
        })
    }
}
