use crate::precision::Precision;
use quarry_types::{DataType, date, ip};

use super::{Found, Kind};
use crate::json::is_deep_empty;

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Convert {
    /// Strings as an index keeps them: sorted, each once.
    Keyword,
    /// Strings in the order in which they come.
    Text,
    /// Versions, in their order, each once.
    Version,
    /// The JSON text of the value.
    Json,
    Boolean,
    Integer,
    Long,
    UnsignedLong,
    Double,
    Date,
    DateNanos,
    Ip,
    GeoPoint,
    /// Shapes, as well-known text.
    Shape,
    /// Spans, as text.
    Range,
    /// Nothing can be read.
    Nothing,
}

impl Convert {
    /// How a type is read.
    pub(crate) fn of(data_type: DataType) -> Self {
        match data_type {
            DataType::Boolean => Convert::Boolean,
            DataType::Integer => Convert::Integer,
            DataType::Long => Convert::Long,
            DataType::UnsignedLong => Convert::UnsignedLong,
            DataType::Double => Convert::Double,
            DataType::Keyword => Convert::Keyword,
            DataType::Text => Convert::Text,
            DataType::GeoShape | DataType::CartesianPoint | DataType::CartesianShape => Convert::Shape,
            DataType::Date => Convert::Date,
            DataType::DateNanos => Convert::DateNanos,
            DataType::Ip => Convert::Ip,
            DataType::Version => Convert::Version,
            DataType::GeoPoint => Convert::GeoPoint,
            DataType::DateRange | DataType::DoubleRange => Convert::Range,
            DataType::Geohash | DataType::Geotile | DataType::Geohex => Convert::Text,
            DataType::Source | DataType::Flattened => Convert::Json,
            DataType::Null | DataType::DatePeriod | DataType::TimeDuration | DataType::Unsupported => Convert::Nothing,
        }
    }
}

/// Values that a kind of log writes where it has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Empty {
    /// Strings.
    pub(crate) strings: Vec<String>,
}

impl Empty {
    /// Whether a string stands for nothing.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.strings.iter().any(|empty| empty == text)
    }
}

/// How one column is read.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The name in reports.
    pub(crate) name: String,
    /// The column's type.
    pub(crate) data_type: DataType,
    /// What is done to its values.
    pub(crate) convert: Convert,
    /// What is left of its numbers.
    pub(crate) precision: Precision,
    /// Whether objects are passed over in silence: their fields are read under their own names.
    pub(crate) is_parent: bool,
}

impl Rule {
    pub(crate) fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self {
            name: name.into(),
            data_type,
            convert: Convert::of(data_type),
            precision: Precision::default(),
            is_parent: false,
        }
    }
}

/// A value that doesn't fit its column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Misfit;

/// A number as 64 bits, cutting a fraction.
pub(crate) fn long(text: &str) -> Option<i64> {
    if let Ok(n) = text.parse::<i64>() {
        return Some(n);
    }
    let n = finite(text)?.trunc();
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&n).then_some(n as i64)
}

pub(crate) fn unsigned_long(text: &str) -> Option<u64> {
    if let Ok(n) = text.parse::<u64>() {
        return Some(n);
    }
    let n = finite(text)?.trunc();
    (0.0..18_446_744_073_709_551_616.0).contains(&n).then_some(n as u64)
}

/// A double; the words for infinity and NaN that Rust reads are no numbers here.
pub(crate) fn finite(text: &str) -> Option<f64> {
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    text.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Whether a text is a number and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && finite(text).is_some()
}

/// A date as milliseconds: `strict_date_optional_time`, its form without separators or with a blank for its `T`, or
/// milliseconds as a number.
pub(crate) fn millis(text: &str, number: bool) -> Option<i64> {
    if number {
        return long(text);
    }
    date::parse_millis(text, None)
        .or_else(|| date::parse_millis(&other_form(text)?, None))
        .or_else(|| text.parse::<i64>().ok())
}

/// The same as nanoseconds.
pub(crate) fn nanos(text: &str, number: bool) -> Option<i64> {
    let from_millis = |text: &str| long(text)?.checked_mul(1_000_000);
    if number {
        return from_millis(text);
    }
    date::parse_nanos(text, None)
        .or_else(|| date::parse_nanos(&other_form(text)?, None))
        .or_else(|| text.parse::<i64>().ok().and_then(|n| n.checked_mul(1_000_000)))
}

/// Forms that databases and other exports give, as `strict_date_optional_time` has them.
fn other_form(text: &str) -> Option<String> {
    basic_form(text).or_else(|| sql_form(text))
}

/// `yyyy-MM-dd HH:mm:ss[.SSS]`, as Athena and other databases export times.
fn sql_form(text: &str) -> Option<String> {
    let (day, time) = text.split_once(' ')?;
    (day.len() == 10 && time.as_bytes().first().is_some_and(u8::is_ascii_digit)).then(|| format!("{day}T{time}"))
}

/// `yyyyMMddTHHmmss[.SSS]Z` with its separators.
fn basic_form(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let basic = text.is_ascii() && bytes.len() >= 16 && bytes[8] == b'T' && bytes[..8].iter().all(u8::is_ascii_digit);
    basic.then(|| {
        let (day, time) = (&text[..8], &text[9..]);
        format!("{}-{}-{}T{}:{}:{}", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..])
    })
}

/// `true`, `false`, or as text; the empty text is false.
pub(crate) fn boolean(found: Found, text: &str) -> Option<bool> {
    match (found.kind, text) {
        (Kind::True, _) | (Kind::Plain, "true") => Some(true),
        (Kind::False, _) | (Kind::Plain, "false" | "") => Some(false),
        _ => None,
    }
}

/// An address.
pub(crate) fn address(text: &str) -> Option<[u8; 16]> {
    ip::parse(text)
}

/// Whether an object or array has nothing in it.
pub(crate) fn is_empty_json(text: &str, empty: &Empty) -> bool {
    if empty.strings.is_empty() {
        return text.len() > 1
            && matches!(text.as_bytes()[0], b'{' | b'[')
            && text[1..text.len() - 1].trim().is_empty();
    }
    is_deep_empty(text, |text| empty.is(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_with_a_blank_for_its_t_is_no_null() {
        assert_eq!(millis("2025-01-21 17:49:47.000000000", false), millis("2025-01-21T17:49:47Z", false));
        assert_eq!(millis("2025-01-21 17:49:47", false), Some(1_737_481_787_000));
        assert_eq!(nanos("2025-01-21 17:49:47.000000001", false), Some(1_737_481_787_000_000_001));
        assert_eq!(millis("2025-01-21 noon", false), None);
        assert_eq!(millis("2025-01-21 ", false), None);
    }

    #[test]
    fn numbers_are_cut_and_bounded() {
        assert_eq!(long("1.9"), Some(1));
        assert_eq!(long("-1.9e1"), Some(-19));
        assert_eq!(long("9223372036854775807"), Some(i64::MAX));
        assert_eq!(long("9223372036854775808"), None);
        assert_eq!(long("inf"), None);
        assert_eq!(unsigned_long("18446744073709551615"), Some(u64::MAX));
        assert_eq!(unsigned_long("-1"), None);
        assert_eq!(finite("NaN"), None);
        assert_eq!(finite("1e999"), None);
    }

    #[test]
    fn dates_come_in_several_forms() {
        let day = 1_383_354_388_000;
        for text in ["2013-11-02T01:06:28Z", "20131102T010628Z", "20131102T010628.000Z", "1383354388000"] {
            assert_eq!(millis(text, false), Some(day), "{text}");
        }
        assert_eq!(millis("1383354388000", true), Some(day));
        assert_eq!(nanos("1383354388000", true), Some(day * 1_000_000));
        assert_eq!(millis("yesterday", false), None);
        assert_eq!(millis("2013110é0000000Z", false), None);
    }
}
