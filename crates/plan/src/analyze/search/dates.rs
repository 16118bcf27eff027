//! Dates as searches give them: incomplete ones stand for a span of time, relative ones begin with `now`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Span, Timestamp, ToSpan, Unit, ZonedDateTimeRound};
use quarry_types::{DataType, Value};

/// The first and the last millisecond that `text` stands for.
pub(in crate::analyze) fn range(text: &str, zone: &TimeZone, now_millis: i64) -> Option<(i64, i64)> {
    if let Some(math) = text.strip_prefix("now") {
        return calculate((now_millis, now_millis), math, zone);
    }
    if let Some((date, math)) = text.split_once("||") {
        return calculate(fixed(date, zone)?, math, zone);
    }
    fixed(text, zone)
}

fn fixed(text: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    if text.len() > 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        let millis = text.parse().ok()?;
        return Some((millis, millis));
    }
    let Ok(Value::Date(first)) = quarry_functions::literal::convert_string(text, DataType::Date, zone) else {
        return None;
    };
    // What the text leaves out, by the length of what it says.
    let time = text.split_once('T').map(|(_, time)| time.split(['Z', '+', '-']).next().unwrap_or_default());
    let unit = match (text.len(), time.map(str::len)) {
        (4, None) => Span::new().years(1),
        (7, None) => Span::new().months(1),
        (_, None) => Span::new().days(1),
        (_, Some(0)) => Span::new().days(1),
        (_, Some(1..=2)) => Span::new().hours(1),
        (_, Some(3..=5)) => Span::new().minutes(1),
        (_, Some(6..=8)) => Span::new().seconds(1),
        _ => return Some((first, first)),
    };
    Some((first, after(first, unit, zone)?.checked_sub(1)?))
}

fn after(millis: i64, span: Span, zone: &TimeZone) -> Option<i64> {
    let start = Timestamp::from_millisecond(millis).ok()?.to_zoned_datetime(zone.clone());
    Some(start.checked_add(span).ok()?.timestamp().as_millisecond())
}

/// Applies `+1d`, `-2h`, `/M` and the like. Rounding gives the whole unit.
fn calculate((mut first, mut last): (i64, i64), math: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    let mut rest = math;
    while let Some(operator) = rest.chars().next() {
        rest = &rest[operator.len_utf8()..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let amount: i64 = if digits == 0 { 1 } else { rest[..digits].parse().ok()? };
        let unit = rest[digits..].chars().next()?;
        rest = &rest[digits + unit.len_utf8()..];
        match operator {
            '+' | '-' => {
                let amount = if operator == '-' { -amount } else { amount };
                first = after(first, span(amount, unit)?, zone)?;
                last = after(last, span(amount, unit)?, zone)?;
            }
            '/' if digits == 0 => {
                first = start_of(first, unit, zone)?;
                last = after(first, span(1, unit)?, zone)?.checked_sub(1)?;
            }
            _ => return None,
        }
    }
    Some((first, last))
}

fn span(amount: i64, unit: char) -> Option<Span> {
    let span = Span::new();
    match unit {
        'y' => span.try_years(amount),
        'M' => span.try_months(amount),
        'w' => span.try_weeks(amount),
        'd' => span.try_days(amount),
        'h' | 'H' => span.try_hours(amount),
        'm' => span.try_minutes(amount),
        's' => span.try_seconds(amount),
        _ => return None,
    }
    .ok()
}

fn start_of(millis: i64, unit: char, zone: &TimeZone) -> Option<i64> {
    let start = Timestamp::from_millisecond(millis).ok()?.to_zoned_datetime(zone.clone());
    let midnight = |date: jiff::civil::Date| -> Option<i64> {
        let start: DateTime = date.to_datetime(jiff::civil::Time::midnight());
        Some(start.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
    };
    let round = |unit: Unit| -> Option<i64> {
        let rounded = start.round(ZonedDateTimeRound::new().smallest(unit).mode(RoundMode::Trunc)).ok()?;
        Some(rounded.timestamp().as_millisecond())
    };
    match unit {
        'y' => midnight(start.date().first_of_year()),
        'M' => midnight(start.date().first_of_month()),
        'w' => {
            let back = i64::from(start.date().weekday().to_monday_zero_offset());
            midnight(start.date().checked_sub(back.days()).ok()?)
        }
        'd' => midnight(start.date()),
        'h' | 'H' => round(Unit::Hour),
        'm' => round(Unit::Minute),
        's' => round(Unit::Second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(String, String)> {
        let now = 1_709_294_405_678; // 2024-03-01T12:00:05.678Z
        let (first, last) = range(text, &TimeZone::UTC, now)?;
        Some((quarry_types::date::format_millis(first), quarry_types::date::format_millis(last)))
    }

    #[test]
    fn incomplete_dates_are_spans() {
        let range = |text: &str| shown(text).unwrap();
        assert_eq!(range("2024-02"), ("2024-02-01T00:00:00.000Z".into(), "2024-02-29T23:59:59.999Z".into()));
        assert_eq!(range("2024-02-03"), ("2024-02-03T00:00:00.000Z".into(), "2024-02-03T23:59:59.999Z".into()));
        assert_eq!(range("2024-02-03T04:05Z").1, "2024-02-03T04:05:59.999Z");
        assert_eq!(range("2024-02-03T04:05:06.007Z").1, "2024-02-03T04:05:06.007Z");
        assert_eq!(range("1709294405678").0, "2024-03-01T12:00:05.678Z");
        assert_eq!(shown("yesterday"), None);
    }

    #[test]
    fn dates_may_be_calculated() {
        let first = |text: &str| shown(text).unwrap().0;
        assert_eq!(first("now-1d"), "2024-02-29T12:00:05.678Z");
        assert_eq!(first("now-1M/d"), "2024-02-01T00:00:00.000Z");
        assert_eq!(first("now/w"), "2024-02-26T00:00:00.000Z");
        assert_eq!(first("2024-01-31||+1h"), "2024-01-31T01:00:00.000Z");
        assert_eq!(shown("now/d").unwrap().1, "2024-03-01T23:59:59.999Z");
        assert_eq!(shown("now+1q"), None);
    }
}
