use std::collections::HashMap;
use std::io::{self, Write};

use quarry::{ColumnInfo, DataType};
use quarry_rules::{Alert, Rule, severity_rank};
use serde_json::{Map, Value};

use super::mitre::mappings;
use super::{AlertWriter, Done};
use crate::output::style::Style;
use crate::output::table::layout;
use crate::output::text::printable;

/// A summary by severity and rule, then the rows of each rule. All of it comes at the end.
pub(crate) struct Table {
    rows: Option<usize>,
    paint: Style,
    /// Each rule's alerts, in the order of rules.
    sections: Vec<Section>,
    at: HashMap<String, usize>,
}

struct Section {
    name: String,
    severity: String,
    risk_score: u64,
    techniques: String,
    investigation_fields: Vec<String>,
    columns: Vec<ColumnInfo>,
    count: usize,
    first: i64,
    last: i64,
    /// The rows that are shown.
    shown: Vec<Map<String, Value>>,
}

/// More columns than these are not readable; the others are only counted.
const MOST_COLUMNS: usize = 12;

/// Columns that say most of an event where the rule keeps more than can be shown.
const TELLING: [&str; 12] = [
    "@timestamp",
    "event.action",
    "event.outcome",
    "user.name",
    "aws.cloudtrail.user_identity.arn",
    "source.ip",
    "user_agent.original",
    "host.name",
    "process.name",
    "process.command_line",
    "cloud.account.id",
    "cloud.region",
];

impl Table {
    pub(crate) fn new(rows: Option<usize>) -> Self {
        Self { rows, paint: Style::of_stdout(), sections: Vec::new(), at: HashMap::new() }
    }

    fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let column = |name: &str, data_type| ColumnInfo { name: name.into(), data_type };
        let columns = [
            column("severity", DataType::Keyword),
            column("alerts", DataType::Long),
            column("rule", DataType::Keyword),
            column("first event", DataType::Keyword),
            column("last event", DataType::Keyword),
            column("ATT&CK", DataType::Keyword),
        ];
        let rows = self.sections.iter().map(|section| {
            vec![
                printable(&section.severity),
                section.count.to_string(),
                printable(&section.name),
                seconds(section.first),
                seconds(section.last),
                printable(&section.techniques),
            ]
        });
        writeln!(out, "{}\n", layout(&columns, rows.collect()))
    }

    fn section(&self, out: &mut dyn Write, section: &Section) -> io::Result<()> {
        let many = if section.count == 1 { "alert" } else { "alerts" };
        writeln!(
            out,
            "{}\n{} {many} · severity {} · risk score {}",
            self.paint.bold(&printable(&section.name)),
            section.count,
            self.paint.severity(&printable(&section.severity)),
            section.risk_score
        )?;
        let (columns, left_out) = columns(section);
        let rows = section
            .shown
            .iter()
            .map(|row| columns.iter().map(|column| row.get(&column.name).map(text).unwrap_or_default()).collect())
            .collect();
        writeln!(out, "{}", layout(&columns, rows))?;
        let hidden = section.count - section.shown.len();
        if hidden > 0 {
            writeln!(out, "and {hidden} more alerts; --rows 0 shows all")?;
        }
        if left_out > 0 {
            writeln!(out, "and {left_out} more columns; --format ndjson has all")?;
        }
        writeln!(out)
    }
}

/// The columns that are shown, and how many others have values.
fn columns(section: &Section) -> (Vec<ColumnInfo>, usize) {
    // A column that is null everywhere only takes room.
    let filled: Vec<ColumnInfo> =
        section.columns.iter().filter(|c| section.shown.iter().any(|row| row.contains_key(&c.name))).cloned().collect();
    if filled.len() <= MOST_COLUMNS {
        return (filled, 0);
    }
    let rank = |column: &ColumnInfo| {
        let asked = section.investigation_fields.iter().position(|field| *field == column.name);
        let telling = TELLING.iter().position(|name| *name == column.name);
        match (asked, telling) {
            (Some(place), _) => place,
            (None, Some(place)) => 1000 + place,
            (None, None) => 2000,
        }
    };
    let mut chosen = filled.clone();
    chosen.sort_by_key(rank);
    chosen.truncate(MOST_COLUMNS);
    let left_out = filled.len() - chosen.len();
    (chosen, left_out)
}

impl AlertWriter for Table {
    fn wants_events(&self) -> bool {
        false
    }

    fn alert(&mut self, _out: &mut dyn Write, rule: &Rule, alert: Alert) -> io::Result<()> {
        // What overrides say of one alert makes a section of its own.
        let name = super::text(&alert, "kibana.alert.rule.name").to_owned();
        let key = format!("{}\0{name}\0{}", rule.path.display(), alert.severity);
        let place = *self.at.entry(key).or_insert_with(|| {
            self.sections.push(Section::new(rule, name, &alert));
            self.sections.len() - 1
        });
        let section = &mut self.sections[place];
        section.count += 1;
        if alert.has_event_time {
            section.first = section.first.min(alert.time);
            section.last = section.last.max(alert.time);
        }
        if self.rows.is_none_or(|rows| section.shown.len() < rows) {
            section.shown.push(alert.row);
        }
        Ok(())
    }

    fn done(&mut self, _out: &mut dyn Write, done: &Done<'_>) -> io::Result<()> {
        let prefix = format!("{}\0", done.rule.path.display());
        for (_, place) in self.at.iter().filter(|(key, _)| key.starts_with(&prefix)) {
            self.sections[*place].columns = done.columns.to_vec();
        }
        self.at.retain(|key, _| !key.starts_with(&prefix));
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.sections.is_empty() {
            return Ok(());
        }
        self.sections.sort_by(|a, b| {
            let key = |s: &Section| (std::cmp::Reverse(severity_rank(&s.severity)), std::cmp::Reverse(s.count));
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
        if self.sections.len() > 1 {
            self.summary(out)?;
        }
        self.sections.iter().try_for_each(|section| self.section(out, section))
    }
}

impl Section {
    fn new(rule: &Rule, name: String, alert: &Alert) -> Self {
        let fields = rule.metadata.fields.get("investigation_fields").and_then(|table| table.get("field_names"));
        let mut techniques: Vec<String> =
            mappings(rule).iter().filter_map(|mapping| mapping.most_exact().map(|entry| entry.id.clone())).collect();
        techniques.sort();
        techniques.dedup();
        Self {
            name,
            severity: alert.severity.clone(),
            risk_score: alert.document.get("kibana.alert.risk_score").and_then(Value::as_f64).unwrap_or(0.0) as u64,
            techniques: techniques.join(", "),
            investigation_fields: fields
                .and_then(Value::as_array)
                .map(|fields| fields.iter().filter_map(|field| field.as_str().map(str::to_owned)).collect())
                .unwrap_or_default(),
            columns: Vec::new(),
            count: 0,
            first: i64::MAX,
            last: i64::MIN,
            shown: Vec::new(),
        }
    }
}

/// A time without its fraction of a second; nothing where there is none.
fn seconds(millis: i64) -> String {
    if matches!(millis, i64::MIN | i64::MAX) {
        return String::new();
    }
    let text = quarry::format_time(millis);
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => printable(&other.to_string()),
    }
}
