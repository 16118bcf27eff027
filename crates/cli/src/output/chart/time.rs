//! A histogram over time, one for each series.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use quarry::{ColumnInfo, Value};

use super::super::table::View;
use super::super::text::printable;
use super::super::width::{cut, pad, width};
use super::{Roles, blocks, label, number};

/// The most series that are drawn: those with the highest sums.
const MOST_SERIES: usize = 8;
/// The lines of a single series, and of each of several.
const TALL: usize = 10;
const SHORT: usize = 3;
const COLORS: [&str; 6] = ["36", "33", "35", "32", "34", "31"];

/// The numbers of one series by time, in milliseconds since the epoch.
struct Series {
    name: String,
    points: BTreeMap<i64, f64>,
}

impl Series {
    fn sum(&self) -> f64 {
        self.points.values().sum()
    }
}

pub(super) fn draw(
    columns: &[ColumnInfo],
    rows: &[Vec<Value>],
    date: usize,
    roles: &Roles,
    room: usize,
    view: &View,
) -> Option<String> {
    let (mut series, left_out) = series(columns, rows, date, roles, view);
    series.retain(|series| !series.points.is_empty());
    let mut times: Vec<i64> = series.iter().flat_map(|series| series.points.keys().copied()).collect();
    times.sort_unstable();
    times.dedup();
    let whole = roles.numbers.iter().all(|c| columns.get(*c).is_none_or(|c| c.data_type != quarry::DataType::Double));
    let values = series.iter().flat_map(|s| s.points.values().copied());
    let scale_room = values.map(|v| number(v).len()).max().unwrap_or(1).max(3);
    let axis = Axis::new(&times, room.saturating_sub(scale_room + 2))?;
    let height = if series.len() == 1 { TALL } else { SHORT };
    let mut out = String::new();
    let mut merged = 1;
    for (i, one) in series.iter().enumerate() {
        let cells = axis.cells(one, whole);
        merged = merged.max(axis.merged);
        let most = cells.iter().copied().fold(0.0, f64::max);
        let heading = format!("{} · highest {} · sum {}", one.name, number(most), number(one.sum()));
        out.push_str(&view.style.bold(&cut(&heading, room)));
        out.push('\n');
        for (line, columns) in blocks::columns(&cells, most, height, axis.broad).iter().enumerate() {
            let scale = match line {
                0 => number(most),
                _ if line + 1 == height => "0".to_owned(),
                _ => String::new(),
            };
            out.push_str(&view.style.dim(&pad(&scale, scale.len(), scale_room, true)));
            out.push_str(" │");
            out.push_str(&view.style.paint(COLORS[i % COLORS.len()], columns.trim_end()));
            out.push('\n');
        }
    }
    out.push_str(&axis.line(scale_room, view));
    if merged > 1 {
        let what = if whole { "the sum" } else { "the highest" };
        out.push_str(&format!("(each column is {what} of {merged} points in time)\n"));
    }
    if left_out > 0 {
        out.push_str(&format!("(and {left_out} more series)\n"));
    }
    Some(out)
}

fn millis(value: &Value) -> Option<i64> {
    match value {
        Value::Date(millis) => Some(*millis),
        Value::DateNanos(nanos) => Some(nanos.div_euclid(1_000_000)),
        _ => None,
    }
}

fn series(
    columns: &[ColumnInfo],
    rows: &[Vec<Value>],
    date: usize,
    roles: &Roles,
    view: &View,
) -> (Vec<Series>, usize) {
    let mut by_name: BTreeMap<(usize, String), BTreeMap<i64, f64>> = BTreeMap::new();
    for row in rows {
        let Some(at) = row.get(date).and_then(millis) else { continue };
        let key = roles.key.and_then(|key| row.get(key)).map(|value| label(value, view));
        for (i, column) in roles.numbers.iter().enumerate() {
            let Some(value) = row.get(*column).and_then(Value::as_f64) else { continue };
            let own = columns.get(*column).map(|c| printable(&c.name)).unwrap_or_default();
            let name = match &key {
                Some(key) if roles.numbers.len() > 1 => format!("{key}: {own}"),
                Some(key) => key.clone(),
                None => own,
            };
            *by_name.entry((i, name)).or_default().entry(at).or_insert(0.0) += value;
        }
    }
    let mut all: Vec<Series> = by_name.into_iter().map(|((_, name), points)| Series { name, points }).collect();
    if roles.key.is_some() {
        all.sort_by(|a, b| b.sum().total_cmp(&a.sum()));
    }
    let left_out = all.len().saturating_sub(MOST_SERIES);
    all.truncate(MOST_SERIES);
    (all, left_out)
}

/// Where points in time stand on the line.
struct Axis {
    times: Vec<i64>,
    /// The time between two neighbours; `None` where the points stand side by side, such as months.
    step: Option<i64>,
    count: usize,
    /// How many points share a column.
    merged: usize,
    /// How many characters a column has.
    broad: usize,
}

impl Axis {
    fn new(times: &[i64], room: usize) -> Option<Self> {
        let (first, last) = (*times.first()?, *times.last()?);
        let gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let shortest = gaps.iter().copied().min().unwrap_or(1).max(1);
        let longest = gaps.iter().copied().max().unwrap_or(1);
        // Months and days of summer time differ in length and are neighbours all the same.
        let even = gaps.iter().all(|gap| gap % shortest == 0);
        let step = (even || longest > shortest * 3 / 2).then_some(shortest);
        let count = match step {
            Some(step) => usize::try_from((last - first) / step).unwrap_or(usize::MAX).saturating_add(1),
            None => times.len(),
        };
        let merged = count.div_ceil(room.max(1));
        let shown = count.div_ceil(merged);
        let broad = (room / shown.max(1)).clamp(1, 8);
        Some(Self { times: times.to_vec(), step, count, merged, broad })
    }

    fn place(&self, at: i64) -> usize {
        let first = self.times.first().copied().unwrap_or(0);
        match self.step {
            Some(step) => usize::try_from((at - first) / step).unwrap_or(0),
            None => self.times.binary_search(&at).unwrap_or(0),
        }
    }

    fn shown(&self) -> usize {
        self.count.div_ceil(self.merged)
    }

    fn cells(&self, series: &Series, whole: bool) -> Vec<f64> {
        let mut cells = vec![0.0; self.shown()];
        for (at, value) in &series.points {
            if let Some(cell) = cells.get_mut(self.place(*at) / self.merged) {
                *cell = if whole { *cell + value } else { f64::max(*cell, *value) };
            }
        }
        cells
    }

    fn line(&self, scale_room: usize, view: &View) -> String {
        let length = self.shown() * self.broad;
        let (first, last) = (self.times.first().copied().unwrap_or(0), self.times.last().copied().unwrap_or(0));
        let zone = view.cells.zone.clone().unwrap_or(TimeZone::UTC);
        let with_time = self.times.iter().any(|at| at % 86_400_000 != 0);
        let name = |at: i64| {
            let text = quarry::functions::time::local::print_millis(at, &zone).replacen('T', " ", 1);
            text.chars().take(if with_time { "2026-01-15 07:00".len() } else { "2026-01-15".len() }).collect::<String>()
        };
        let (begin, end) = (name(first), if last > first { name(last) } else { String::new() });
        let between = length.saturating_sub(width(&begin) + width(&end)).max(2);
        let indent = " ".repeat(scale_room + 1);
        let labels = if end.is_empty() { begin } else { format!("{begin}{}{end}", " ".repeat(between)) };
        format!("{indent}└{}\n{indent} {labels}\n", "─".repeat(length))
    }
}

#[cfg(test)]
mod tests {
    use quarry::DataType;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn columns(with_key: bool) -> Vec<ColumnInfo> {
        let mut columns = vec![
            ColumnInfo { name: "n".into(), data_type: DataType::Long },
            ColumnInfo { name: "hour".into(), data_type: DataType::Date },
        ];
        if with_key {
            columns.push(ColumnInfo { name: "who".into(), data_type: DataType::Keyword });
        }
        columns
    }

    #[test]
    fn hours_without_rows_are_gaps() {
        let rows: Vec<Vec<Value>> =
            [(4, 0), (2, 1), (4, 3)].iter().map(|(n, h)| vec![Value::Long(*n), Value::Date(h * HOUR)]).collect();
        let roles = Roles::of(&columns(false)).unwrap();
        let drawn = draw(&columns(false), &rows, 1, &roles, 9, &View::default()).unwrap();
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines[1], "  4 │█  █");
        assert_eq!(lines[10], "  0 │██ █");
        assert_eq!(lines[11], "    └────");
        assert!(lines[12].contains("1970-01-01 00:00"), "{drawn}");
    }

    #[test]
    fn each_value_of_a_key_is_a_series_the_largest_first() {
        let row = |n: i64, h: i64, who: &str| vec![Value::Long(n), Value::Date(h * HOUR), Value::from(who)];
        let rows = [row(1, 0, "a"), row(9, 1, "b"), row(2, 1, "a")];
        let roles = Roles::of(&columns(true)).unwrap();
        let drawn = draw(&columns(true), &rows, 1, &roles, 60, &View::default()).unwrap();
        assert!(drawn.starts_with("b · highest 9 · sum 9\n"), "{drawn}");
        assert!(drawn.contains("\na · highest 2 · sum 3\n"), "{drawn}");
    }

    #[test]
    fn more_points_than_columns_share_them() {
        let rows: Vec<Vec<Value>> = (0..1000).map(|h| vec![Value::Long(1), Value::Date(h * HOUR)]).collect();
        let roles = Roles::of(&columns(false)).unwrap();
        let drawn = draw(&columns(false), &rows, 1, &roles, 60, &View::default()).unwrap();
        assert!(drawn.lines().take(11).all(|line| width(line) <= 60), "{drawn}");
        assert!(drawn.contains("sum of 19 points"), "{drawn}");
    }
}
