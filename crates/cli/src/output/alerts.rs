//! The alerts of a rule, for reading.

use std::io::{self, Write};

use quarry::ColumnInfo;
use quarry_rules::{Alert, Rule};

use super::table::layout;
use super::text::printable;

/// Prints a heading and the rows behind the alerts.
pub(crate) fn print(out: &mut dyn Write, rule: &Rule, columns: &[ColumnInfo], alerts: &[Alert]) -> io::Result<()> {
    let metadata = &rule.metadata;
    let count = if alerts.len() == 1 { "1 alert".to_owned() } else { format!("{} alerts", alerts.len()) };
    writeln!(
        out,
        "{}\n{count} · severity {} · risk score {}",
        printable(&metadata.name),
        printable(&metadata.severity),
        metadata.risk_score
    )?;
    // A column that is null everywhere only takes room.
    let shown: Vec<ColumnInfo> =
        columns.iter().filter(|column| alerts.iter().any(|a| a.row.contains_key(&column.name))).cloned().collect();
    let rows = alerts
        .iter()
        .map(|alert| shown.iter().map(|column| alert.row.get(&column.name).map(text).unwrap_or_default()).collect())
        .collect();
    writeln!(out, "{}\n", layout(&shown, rows))
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => printable(text),
        serde_json::Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => printable(&other.to_string()),
    }
}
