//! Spans of time in words: `3 days`, `1 h`.

use quarry_types::{Period, Value};

/// The span of `amount` units; `None` where the unit is unknown or the span too long.
#[must_use]
pub fn span(amount: i64, unit: &str) -> Option<Value> {
    let months = |n: i64| Some(Value::DatePeriod(Period { months: amount.checked_mul(n)?, days: 0 }));
    let days = |n: i64| Some(Value::DatePeriod(Period { months: 0, days: amount.checked_mul(n)? }));
    let millis = |n: i64| Some(Value::TimeDuration(amount.checked_mul(n)?));
    match unit.to_ascii_lowercase().as_str() {
        "year" | "years" | "yr" | "y" => months(12),
        "quarter" | "quarters" | "q" => months(3),
        "month" | "months" | "mo" => months(1),
        "week" | "weeks" | "w" => days(7),
        "day" | "days" | "d" => days(1),
        "hour" | "hours" | "h" => millis(3_600_000),
        "minute" | "minutes" | "min" | "m" => millis(60_000),
        "second" | "seconds" | "sec" | "s" => millis(1000),
        "millisecond" | "milliseconds" | "ms" => millis(1),
        _ => None,
    }
}

/// Reads a calendar span.
///
/// # Errors
/// The text is no span, or one of hours and less.
pub fn parse_date_period(text: &str) -> Result<Value, String> {
    match parse(text, "DATE_PERIOD")? {
        period @ Value::DatePeriod(_) => Ok(period),
        _ => Err(format!("{}, did you mean TIME_DURATION?", cannot_parse(text, "DATE_PERIOD"))),
    }
}

/// Reads an exact span.
///
/// # Errors
/// The text is no span, or one of days and more.
pub fn parse_time_duration(text: &str) -> Result<Value, String> {
    match parse(text, "TIME_DURATION")? {
        duration @ Value::TimeDuration(_) => Ok(duration),
        _ => Err(format!("{}, did you mean DATE_PERIOD?", cannot_parse(text, "TIME_DURATION"))),
    }
}

fn parse(text: &str, target: &str) -> Result<Value, String> {
    let error = || cannot_parse(text, target);
    let (amount, unit) = text.trim().split_once(' ').ok_or_else(error)?;
    let amount: i32 = amount.parse().map_err(|_| error())?;
    // Blanks within the unit are of no meaning.
    let unit: String = unit.chars().filter(|c| *c != ' ').collect();
    span(i64::from(amount), &unit).ok_or_else(|| format!("Unexpected temporal unit: '{unit}'"))
}

fn cannot_parse(text: &str, target: &str) -> String {
    format!("Cannot parse [{text}] to {target}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_by_kind() {
        assert_eq!(parse_date_period("2 WEEKS"), Ok(Value::DatePeriod(Period { months: 0, days: 14 })));
        assert_eq!(parse_time_duration(" -3  min "), Ok(Value::TimeDuration(-180_000)));
        assert_eq!(
            parse_date_period("1 hour").unwrap_err(),
            "Cannot parse [1 hour] to DATE_PERIOD, did you mean TIME_DURATION?"
        );
        assert_eq!(parse_time_duration("x day").unwrap_err(), "Cannot parse [x day] to TIME_DURATION");
        assert_eq!(parse_time_duration("1 eon").unwrap_err(), "Unexpected temporal unit: 'eon'");
        assert!(parse_date_period("day").is_err());
    }
}
