//! A value as the text of a cell.

use jiff::tz::TimeZone;
use quarry::Value;
use quarry::functions::time::local::{print_millis, print_nanos};

use super::chart::spark;
use super::text::printable;

/// How values are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellOptions {
    /// The zone in which dates are shown; UTC, in the form of the reference, without one.
    pub(crate) zone: Option<TimeZone>,
    /// Whether lists of several numbers become sparklines.
    pub(crate) sparklines: bool,
    /// What is shown for null.
    pub(crate) null: &'static str,
}

/// A cell's text: printable as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) is_null: bool,
}

/// The fewest numbers in a list that are drawn instead of written.
const FEWEST_DRAWN: usize = 4;

impl CellOptions {
    /// The cell of `value`.
    pub(crate) fn cell(&self, value: &Value) -> Cell {
        match value {
            Value::Null => Cell { text: self.null.to_owned(), is_null: true },
            Value::List(values) if self.sparklines && values.len() >= FEWEST_DRAWN => match spark::of_values(values) {
                Some(drawn) => Cell { text: drawn, is_null: false },
                None => self.plain(value),
            },
            other => self.plain(other),
        }
    }

    /// The cell of `value`, lists in full.
    pub(crate) fn plain(&self, value: &Value) -> Cell {
        Cell { text: printable(&self.text(value)), is_null: value.is_null() }
    }

    fn text(&self, value: &Value) -> String {
        match value {
            Value::Null => self.null.to_owned(),
            Value::Date(millis) => match &self.zone {
                Some(zone) => print_millis(*millis, zone),
                None => value.to_string(),
            },
            Value::DateNanos(nanos) => match &self.zone {
                Some(zone) => print_nanos(*nanos, zone),
                None => value.to_string(),
            },
            Value::List(values) => {
                let texts: Vec<String> = values.iter().map(|value| self.text(value)).collect();
                format!("[{}]", texts.join(", "))
            }
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_in_the_chosen_zone() {
        let utc = CellOptions::default();
        let date = Value::Date(1_768_460_400_000);
        assert_eq!(utc.cell(&date).text, "2026-01-15T07:00:00.000Z");
        let zone = TimeZone::get("Europe/Berlin").ok();
        assert_eq!(CellOptions { zone, ..utc }.cell(&date).text, "2026-01-15T08:00:00.000+01:00");
    }

    #[test]
    fn lists_are_written_or_drawn() {
        let numbers = Value::List((0..8).map(Value::Integer).collect());
        assert_eq!(CellOptions::default().cell(&numbers).text, "[0, 1, 2, 3, 4, 5, 6, 7]");
        let drawn = CellOptions { sparklines: true, ..CellOptions::default() }.cell(&numbers).text;
        assert_eq!(drawn, "▁▂▃▄▅▆▇█ 0..7");
        let names = Value::List(vec![Value::from("a"), Value::from("b\u{1b}[2J")]);
        assert_eq!(CellOptions::default().cell(&names).text, "[a, b\\u{1b}[2J]");
    }
}
