//! Alerts on their way out: those that are part of others, and those beyond what a run may make.

use std::collections::{BTreeMap, HashMap};
use std::io;

use super::evaluate::{Followed, Work};
use super::suppress::{Group, Membership};
use crate::Alert;
use crate::alert::time_in;
use crate::suppress::write;

/// An alert with the group that it begins.
type First = (Alert, Option<(Membership, Group)>);

impl Work<'_, '_> {
    /// Lets out the new alerts of a rule, but for those that suppression makes part of others and those beyond
    /// `max_signals`. `run` is the run that found them; without it each belongs to the first run that its event is in.
    pub(super) fn let_out(
        &mut self,
        rule: &Followed,
        alerts: Vec<Alert>,
        run: Option<i64>,
        out: &mut Vec<String>,
        problems: &mut Vec<String>,
    ) -> io::Result<()> {
        let mut firsts: Vec<First> = Vec::with_capacity(alerts.len());
        // Groups that begin here, by how their keys begin.
        let mut begun: HashMap<String, Vec<usize>> = HashMap::new();
        for alert in alerts {
            let time = time_in(&alert.source, &rule.times).unwrap_or(alert.time);
            let of_run = run.unwrap_or_else(|| rule.schedule.round_run_at(time));
            let quiet = rule.quiet.as_ref();
            let group = quiet.and_then(|quiet| Some((quiet, quiet.membership(&alert, of_run)?)));
            if let Some((quiet, membership)) = &group {
                let here = begun.get(&membership.prefix).into_iter().flatten();
                let here = here
                    .copied()
                    .find(|place| firsts[*place].1.as_ref().is_some_and(|(_, group)| quiet.is_open(group, time)));
                let open = match here {
                    Some(place) => firsts[place].1.as_mut().map(|(_, group)| group),
                    None => {
                        let kept = self.state.groups.entry(rule.id().to_owned()).or_default();
                        let alike = kept.range_mut(membership.prefix.clone()..);
                        let mut alike = alike.take_while(|(key, _)| key.starts_with(&membership.prefix));
                        alike.find(|(_, group)| quiet.is_open(group, time)).map(|(_, group)| group)
                    }
                };
                if let Some(open) = open {
                    open.add(time);
                    open.grown |= here.is_none();
                    self.summary.suppressed += 1;
                    continue;
                }
            }
            if !self.may_alert(rule, of_run) {
                self.summary.cut += 1;
                let most = rule.most.unwrap_or_default();
                let name = &rule.rule.metadata.name;
                self.rules.told_once(
                    format!("{name}: more than {most} alerts in one run (max_signals); the others are left out"),
                    problems,
                );
                continue;
            }
            let group = group.map(|(quiet, membership)| {
                begun.entry(membership.prefix.clone()).or_default().push(firsts.len());
                (membership, quiet.begun(time, of_run))
            });
            firsts.push((alert, group));
        }
        for (mut alert, group) in firsts {
            if let Some((membership, mut group)) = group {
                write(&mut alert, &membership.id, &membership.terms, group.span, group.members);
                group.alert = self.firsts.put(&alert.document)?;
                let groups = self.state.groups.entry(rule.id().to_owned()).or_default();
                groups.insert(group.key(&membership), group);
            }
            out.push(line(&alert));
        }
        Ok(())
    }

    /// Counts an alert of the run at `run`, if it may make one more.
    fn may_alert(&mut self, rule: &Followed, run: i64) -> bool {
        let Some(most) = rule.most else { return true };
        let made = self.state.made.entry(rule.id().to_owned()).or_default().entry(run).or_default();
        if *made >= most {
            return false;
        }
        *made += 1;
        true
    }

    /// Lets out the alerts of groups that take in no more, if anything became part of them since they were given. `all`
    /// lets out those of the others, too: nothing will come.
    pub(super) fn close_groups(&mut self, all: bool, out: &mut Vec<String>) -> io::Result<()> {
        let lateness = self.rules.options.lateness;
        for rule in self.rules.rules() {
            let clock = self.clocks.iter().find(|clock| clock.is_of(&rule.times));
            let now = clock.and_then(|clock| clock.progress.latest).unwrap_or(i64::MIN);
            let is_past = |until: i64| until.saturating_add(lateness) < now;
            if let Some(made) = self.state.made.get_mut(rule.id()) {
                made.retain(|run, _| !is_past(*run));
            }
            let Some(groups) = self.state.groups.get_mut(rule.id()) else { continue };
            let mut closed: BTreeMap<String, Group> = BTreeMap::new();
            groups.retain(|key, group| {
                let is_closed = is_past(group.until);
                if group.grown && (is_closed || all) {
                    closed.insert(key.clone(), group.clone());
                    group.grown = false;
                }
                !is_closed
            });
            for group in closed.values() {
                self.summary.updates += 1;
                out.push(self.firsts.update(group)?);
            }
        }
        Ok(())
    }
}

/// An alert on one line.
fn line(alert: &Alert) -> String {
    serde_json::Value::Object(alert.document.clone()).to_string()
}
