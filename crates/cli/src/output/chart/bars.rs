//! Bars: a number for each key.

use quarry::{ColumnInfo, Value};

use super::super::table::View;
use super::super::text::printable;
use super::super::width::{cut, pad, width};
use super::{Roles, blocks, label, number};

/// The most keys that are drawn.
const MOST_BARS: usize = 40;
/// What the bar of a number below zero is made of: its length says how far below.
const BELOW_ZERO: &str = "▒";
const COLORS: [&str; 4] = ["36", "33", "35", "32"];

pub(super) fn draw(
    columns: &[ColumnInfo],
    rows: &[Vec<Value>],
    key: usize,
    roles: &Roles,
    room: usize,
    view: &View,
) -> Option<String> {
    let numbers = &roles.numbers[..roles.numbers.len().min(COLORS.len())];
    let at = |row: &[Value], column: usize| row.get(column).and_then(Value::as_f64);
    let drawn = &rows[..rows.len().min(MOST_BARS)];
    let labels: Vec<String> =
        drawn.iter().map(|row| row.get(key).map(|v| label(v, view)).unwrap_or_default()).collect();
    let most =
        drawn.iter().flat_map(|row| numbers.iter().filter_map(|c| at(row, *c))).fold(0.0, |most, n| n.abs().max(most));
    let text = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), number);
    let longest = drawn.iter().flat_map(|row| numbers.iter().map(|c| text(at(row, *c)).len())).max().unwrap_or(1);
    let label_room = labels.iter().map(|l| width(l)).max().unwrap_or(0).min(room * 2 / 5);
    let bar_room = room.saturating_sub(label_room + longest + 4).max(4);
    let name = |column: usize| columns.get(column).map(|c| printable(&c.name)).unwrap_or_default();
    let mut out = String::new();
    let legend: Vec<String> =
        numbers.iter().zip(COLORS).map(|(c, color)| view.style.paint(color, &format!("█ {}", name(*c)))).collect();
    out.push_str(&format!("{} by {}\n", legend.join("  "), name(key)));
    for (row, label) in drawn.iter().zip(&labels) {
        let shown = cut(label, label_room);
        for (i, (column, color)) in numbers.iter().zip(COLORS).enumerate() {
            let label = if i == 0 { &*shown } else { "" };
            let value = at(row, *column);
            let bar = match value.unwrap_or(0.0) {
                below if below < 0.0 => BELOW_ZERO.repeat((below / -most * bar_room as f64).ceil() as usize),
                value => blocks::bar(value, most, bar_room),
            };
            out.push_str(&pad(label, width(label), label_room, false));
            out.push_str("  ");
            out.push_str(&pad(&text(value), text(value).len(), longest, true));
            if !bar.is_empty() {
                out.push(' ');
                out.push_str(&view.style.paint(color, &bar));
            }
            out.push('\n');
        }
    }
    if rows.len() > drawn.len() {
        out.push_str(&format!("(and {} more)\n", rows.len() - drawn.len()));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use quarry::DataType;

    use super::*;

    #[test]
    fn each_key_has_a_bar_that_fits() {
        let columns = [
            ColumnInfo { name: "n".into(), data_type: DataType::Long },
            ColumnInfo { name: "key".into(), data_type: DataType::Keyword },
        ];
        let row = |n: i64, key: &str| vec![Value::Long(n), Value::from(key)];
        let rows = [row(10, "日本"), row(5, "b\u{1b}[2J"), vec![Value::Null, Value::Null]];
        let roles = Roles::of(&columns).unwrap();
        let drawn = draw(&columns, &rows, 1, &roles, 30, &View::default()).unwrap();
        assert_eq!(drawn, "█ n by key\n日本          10 ████████████\nb\\u{1b}[2J     5 ██████\n(null)      null\n");
        assert!(drawn.lines().all(|line| width(line) <= 30), "{drawn}");
    }
}
