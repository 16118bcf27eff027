//! Ranges of dates and numbers: from a value up to, and without, another.
//!
//! A column holds a range as text, `from..to`, with dates and doubles as results print them.
//!
//! ```
//! use quarry_types::range;
//! let range = range::parse_dates("2024-01-01..2024-02-01").unwrap();
//! assert_eq!(range::format_dates(range), "2024-01-01T00:00:00.000Z..2024-02-01T00:00:00.000Z");
//! ```

use serde_json::Value as Json;

use crate::{DataType, date, number};

/// The first value that lies in a range, and the first behind that doesn't.
pub type Range<T> = (T, T);

/// Reads `from..to`, with dates as a field of them takes them, as milliseconds. `None` where either end is no date, or
/// the range ends before it begins.
#[must_use]
pub fn parse_dates(text: &str) -> Option<Range<i64>> {
    let (from, to) = text.split_once("..")?;
    ordered(date::parse_millis(from.trim(), None)?, date::parse_millis(to.trim(), None)?)
}

/// Reads `from..to` with numbers. An end may be infinite: there the range is open.
#[must_use]
pub fn parse_doubles(text: &str) -> Option<Range<f64>> {
    let (from, to) = text.split_once("..")?;
    let end = |text: &str| text.trim().parse::<f64>().ok().filter(|n| !n.is_nan());
    ordered(end(from)?, end(to)?)
}

/// `from..to`, with milliseconds as dates.
#[must_use]
pub fn format_dates((from, to): Range<i64>) -> String {
    format!("{}..{}", date::format_millis(from), date::format_millis(to))
}

/// `from..to`.
#[must_use]
pub fn format_doubles((from, to): Range<f64>) -> String {
    format!("{}..{}", number::format_double(from), number::format_double(to))
}

/// The text that a column of `data_type` holds for a range as documents write it: `{"gte": .., "lt": ..}`, also with
/// `gt` and `lte`, or `from..to`. `None` where it is no range of the type.
#[must_use]
pub fn from_json(data_type: DataType, json: &str) -> Option<String> {
    let value: Json = serde_json::from_str(json).ok()?;
    match data_type {
        DataType::DateRange => {
            if let Json::String(text) = &value {
                return parse_dates(text).map(format_dates);
            }
            let date = |value: &Json| match value {
                Json::String(text) => date::parse_millis(text, None),
                other => other.as_i64(),
            };
            let (from, to) = bounds(&value, date, |ms| ms.checked_add(1))?;
            ordered(from.unwrap_or(FIRST_DAY), to.unwrap_or(LAST_DAY)).map(format_dates)
        }
        DataType::DoubleRange => {
            if let Json::String(text) = &value {
                return parse_doubles(text).map(format_doubles);
            }
            let number = |value: &Json| match value {
                Json::String(text) => text.parse().ok().filter(|n: &f64| n.is_finite()),
                other => other.as_f64(),
            };
            let (from, to) = bounds(&value, number, |n| Some(n.next_up()))?;
            ordered(from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY)).map(format_doubles)
        }
        _ => None,
    }
}

/// The years 0001 and 9999: a range without an end is wide enough for every event.
const FIRST_DAY: i64 = -62_135_596_800_000;
const LAST_DAY: i64 = 253_402_214_400_000;

/// The ends that an object gives, none where it leaves one open. `None` where it gives one that can't be read.
fn bounds<T>(
    value: &Json,
    read: impl Fn(&Json) -> Option<T>,
    next: impl Fn(T) -> Option<T>,
) -> Option<(Option<T>, Option<T>)> {
    let object = value.as_object()?;
    let mut ends = (None, None);
    for (name, value) in object {
        if value.is_null() {
            continue;
        }
        let end = read(value)?;
        match name.as_str() {
            "gte" | "from" => ends.0 = Some(end),
            "gt" => ends.0 = Some(next(end)?),
            "lt" | "to" => ends.1 = Some(end),
            "lte" => ends.1 = Some(next(end)?),
            _ => return None,
        }
    }
    Some(ends)
}

fn ordered<T: PartialOrd>(from: T, to: T) -> Option<Range<T>> {
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_objects_say_the_same() {
        let expected = "2024-01-01T00:00:00.000Z..2024-01-02T00:00:00.000Z";
        for json in [
            r#""2024-01-01..2024-01-02""#,
            r#"{"gte":"2024-01-01","lt":"2024-01-02"}"#,
            r#"{"gt":"2023-12-31T23:59:59.999Z","lte":"2024-01-01T23:59:59.999Z"}"#,
            r#"{"gte":1704067200000,"lt":1704153600000}"#,
        ] {
            assert_eq!(from_json(DataType::DateRange, json).as_deref(), Some(expected), "{json}");
        }
        assert_eq!(from_json(DataType::DoubleRange, r#"{"gte":1,"lt":"2.5"}"#).as_deref(), Some("1.0..2.5"));
        assert_eq!(
            from_json(DataType::DateRange, r#"{"gte":"2024-01-01"}"#).as_deref(),
            Some("2024-01-01T00:00:00.000Z..9999-12-31T00:00:00.000Z")
        );
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for json in
            [r#""2024-01-01""#, r#""2024-02-01..2024-01-01""#, r#"{"gte":"x"}"#, r#"{"foo":1}"#, "1", "[", "null"]
        {
            assert_eq!(from_json(DataType::DateRange, json), None, "{json}");
        }
        assert_eq!(parse_doubles("1..nan"), None);
        assert_eq!(parse_doubles("1..x"), None);
    }
}
