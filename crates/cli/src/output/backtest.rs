//! What a backtest found of each rule.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use clap::ValueEnum;
use quarry_rules::{Alert, Rule, RuleBacktest, Suppression, severity_rank};
use serde_json::{Map, Value, json};

use super::screen;
use super::style::Style;
use super::text::printable;
use super::vertical::{self, Field};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BacktestFormat {
    /// For reading, with a chart of alerts a day
    Table,
    /// One array of reports
    Json,
    /// One report of a rule a line
    Ndjson,
}

/// The alerts of a rule, counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    alerts: u64,
    per_day: BTreeMap<i64, u64>,
    /// Alerts for each group of events, as far as there is room.
    groups: HashMap<String, u64>,
}

/// More groups than this are not told apart.
const MOST_GROUPS: usize = 100_000;

/// Fields that tell who or what an alert is about, where the rule doesn't say.
const ENTITIES: [&str; 6] =
    ["user.name", "aws.cloudtrail.user_identity.arn", "user.email", "host.name", "source.ip", "cloud.account.id"];

/// Groups that are listed.
const NOISIEST: usize = 5;

const DAY: i64 = 86_400_000;

impl Tally {
    pub(crate) fn add(&mut self, rule: &Rule, alert: &Alert) {
        self.alerts += 1;
        *self.per_day.entry(alert.time.div_euclid(DAY)).or_default() += 1;
        let group = group(rule, alert);
        if let Some(count) = self.groups.get_mut(&group) {
            *count += 1;
        } else if self.groups.len() < MOST_GROUPS {
            self.groups.insert(group, 1);
        }
    }

    fn noisiest(&self) -> Vec<(&str, u64)> {
        let mut groups: Vec<(&str, u64)> = self.groups.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        groups.truncate(NOISIEST);
        groups
    }
}

/// Who or what an alert is about: by the fields that the rule groups by, else by the first entities it names.
fn group(rule: &Rule, alert: &Alert) -> String {
    let shown = |name: &str, value: &Value| {
        format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let of = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        names.filter_map(|name| Some(shown(name, alert.source.get(name)?))).collect()
    };
    if let Ok(Some(suppression)) = Suppression::of(rule) {
        let terms = of(&mut suppression.group_by.iter().map(String::as_str));
        if !terms.is_empty() {
            return terms.join(", ");
        }
    }
    if let Some(group) = &alert.group {
        return group.clone();
    }
    let entities = of(&mut ENTITIES.into_iter());
    if entities.is_empty() {
        "(no entity)".to_owned()
    } else {
        entities.into_iter().take(2).collect::<Vec<_>>().join(", ")
    }
}

/// What changed against other rules.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) added: Vec<Map<String, Value>>,
    pub(crate) removed: Vec<Map<String, Value>>,
    pub(crate) kept: u64,
}

/// A rule that ran.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) runs: &'a RuleBacktest,
    pub(crate) tally: &'a Tally,
    pub(crate) changes: Option<&'a Changes>,
}

/// Prints reports in the order given.
pub(crate) fn print(out: &mut dyn Write, format: BacktestFormat, reports: &mut [Report<'_>]) -> io::Result<()> {
    match format {
        BacktestFormat::Ndjson => {
            for report in reports {
                serde_json::to_writer(&mut *out, &json_of(report))?;
                out.write_all(b"\n")?;
            }
            Ok(())
        }
        BacktestFormat::Json => {
            let all: Vec<Value> = reports.iter().map(|report| json_of(report)).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            out.write_all(b"\n")
        }
        BacktestFormat::Table => {
            reports.sort_by_key(|report| {
                let severity = severity_rank(&report.rule.metadata.severity);
                (std::cmp::Reverse(severity), std::cmp::Reverse(report.tally.alerts))
            });
            let paint = Style::of_stdout();
            let silent = |report: &Report<'_>| report.tally.alerts == 0 && report.changes.is_none_or(Changes::is_empty);
            for report in reports.iter().filter(|report| !silent(report)) {
                table(out, paint, report)?;
            }
            let quiet = reports.iter().filter(|report| silent(report)).count();
            if quiet > 0 {
                writeln!(out, "{quiet} {} without alerts", if quiet == 1 { "rule" } else { "rules" })?;
            }
            Ok(())
        }
    }
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

fn json_of(report: &Report<'_>) -> Value {
    let Report { rule, runs, tally, changes } = report;
    let days: Map<String, Value> = tally.per_day.iter().map(|(day, count)| (date(*day), Value::from(*count))).collect();
    let groups: Vec<Value> =
        tally.noisiest().iter().map(|(group, count)| json!({ "group": group, "alerts": count })).collect();
    let mut report = json!({
        "rule_id": rule.metadata.rule_id,
        "name": rule.metadata.name,
        "severity": rule.metadata.severity,
        "interval_seconds": runs.schedule.interval / 1000,
        "look_back_seconds": runs.schedule.look_back / 1000,
        "first_run": quarry::format_time(runs.span.0),
        "last_run": quarry::format_time(runs.span.1),
        "runs": runs.runs,
        "runs_with_events": runs.evaluated,
        "alerts": tally.alerts,
        "alerts_per_day": days,
        "noisiest": groups,
        "duplicates": runs.duplicates,
        "suppressed": runs.suppressed,
        "lost_to_max_signals": runs.cut.0,
        "without_time": runs.undated,
        "unseen_fields": runs.unmet_fields,
        "took_seconds": runs.took.as_secs_f64(),
    });
    if let Some(changes) = changes {
        report["compared"] = json!({ "added": changes.added, "removed": changes.removed, "kept": changes.kept });
    }
    report
}

fn table(out: &mut dyn Write, paint: Style, report: &Report<'_>) -> io::Result<()> {
    let Report { rule, runs, tally, changes } = report;
    let metadata = &rule.metadata;
    writeln!(out, "{}", paint.bold(&printable(&metadata.name)))?;
    writeln!(
        out,
        "  {} · severity {} · {} of {} had events, every {}, looking back {} · {:.2} s",
        count(tally.alerts, "alert"),
        paint.severity(&printable(&metadata.severity)),
        runs.evaluated,
        count(u64::try_from(runs.runs).unwrap_or(0), "run"),
        span(runs.schedule.interval),
        span(runs.schedule.look_back),
        runs.took.as_secs_f64(),
    )?;
    let mut beside = Vec::new();
    if runs.duplicates > 0 {
        beside.push(format!("{} of overlapping windows left out", count(runs.duplicates, "repeat")));
    }
    if runs.suppressed > 0 {
        beside.push(format!("{} suppressed", runs.suppressed));
    }
    if runs.cut.0 > 0 {
        beside.push(format!("{} lost to max_signals", runs.cut.0));
    }
    if !beside.is_empty() {
        writeln!(out, "  {}", beside.join(" · "))?;
    }
    if let Some(chart) = chart(&tally.per_day) {
        writeln!(out, "  {chart}")?;
    }
    let room = screen::size().map(|size| size.columns);
    for (group, alerts) in tally.noisiest() {
        let (count, group) = (format!("  {alerts:>6}"), printable(group));
        for line in vertical::fields(&[Field { name: &count, text: &group, is_null: false }], room, Style::default()) {
            writeln!(out, "{line}")?;
        }
    }
    if tally.groups.len() > NOISIEST {
        let more = count((tally.groups.len() - NOISIEST) as u64, "more group");
        writeln!(out, "  {}", paint.dim(&format!("and {more}")))?;
    }
    if let Some(changes) = changes {
        compared(out, paint, changes)?;
    }
    writeln!(out)
}

/// Alerts that a change adds or removes which are listed.
const MOST_CHANGES: usize = 10;

fn compared(out: &mut dyn Write, paint: Style, changes: &Changes) -> io::Result<()> {
    writeln!(
        out,
        "  compared: {} added, {} removed, {} kept",
        changes.added.len(),
        changes.removed.len(),
        changes.kept
    )?;
    for (sign, rows) in [("+", &changes.added), ("-", &changes.removed)] {
        for row in rows.iter().take(MOST_CHANGES) {
            let line = printable(&Value::Object(row.clone()).to_string());
            writeln!(out, "  {sign} {line}")?;
        }
        if rows.len() > MOST_CHANGES {
            writeln!(out, "  {}", paint.dim(&format!("{sign} and {} more", rows.len() - MOST_CHANGES)))?;
        }
    }
    Ok(())
}

/// Columns of a chart at most; a longer range has several days in each.
const WIDEST: i64 = 60;

/// Alerts a day as a row of bars, from the first day with some to the last.
fn chart(per_day: &BTreeMap<i64, u64>) -> Option<String> {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (first, last) = (*per_day.keys().next()?, *per_day.keys().next_back()?);
    let days_each = (last - first + 1).div_euclid(WIDEST) + i64::from((last - first + 1) % WIDEST > 0);
    let columns = (last - first).div_euclid(days_each) + 1;
    let counts: Vec<u64> = (0..columns)
        .map(|column| {
            let from = first + column * days_each;
            per_day.range(from..from + days_each).map(|(_, count)| count).sum()
        })
        .collect();
    let most = counts.iter().copied().max()?.max(1);
    let bars: String = counts
        .iter()
        .map(|count| match count {
            0 => ' ',
            count => BARS[usize::try_from((count * 8).div_ceil(most)).unwrap_or(8).clamp(1, 8) - 1],
        })
        .collect();
    let unit = if days_each == 1 { "a day".to_owned() } else { format!("in {days_each} days") };
    Some(if first == last {
        format!("{} {bars} {most} {unit}", date(first))
    } else {
        format!("{} {bars} {}, at most {most} {unit}", date(first), date(last))
    })
}

fn date(day: i64) -> String {
    quarry::format_time(day * DAY).chars().take_while(|c| *c != 'T').collect()
}

fn span(millis: i64) -> String {
    let seconds = millis / 1000;
    match seconds {
        s if s % 86_400 == 0 && s > 0 => format!("{}d", s / 86_400),
        s if s % 3600 == 0 && s > 0 => format!("{}h", s / 3600),
        s if s % 60 == 0 && s > 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

fn count(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_bar_for_each_day() {
        let chart = |days: &[(i64, u64)]| chart(&days.iter().copied().collect()).unwrap_or_default();
        assert_eq!(chart(&[(0, 8), (2, 1)]), "1970-01-01 █ ▁ 1970-01-03, at most 8 a day");
        assert_eq!(chart(&[(1, 3)]), "1970-01-02 █ 3 a day");
        let long = chart(&[(0, 1), (119, 4)]);
        assert!(long.ends_with("at most 4 in 2 days"), "{long}");
        assert_eq!(chart(&[]), "");
    }
}
