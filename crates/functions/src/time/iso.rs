//! Dates as `strict_date_optional_time`, years outside 0..9999 included.

use jiff::tz::TimeZone;
use quarry_types::date;

/// What failures call the format.
pub const FORMAT: &str = "strict_date_optional_time";

/// Seconds since the epoch and nanoseconds within; a missing zone is `zone`.
#[must_use]
pub fn parse(text: &str, zone: &TimeZone) -> Option<(i64, u32)> {
    let bytes = text.as_bytes();
    let Some(sign @ (b'+' | b'-')) = bytes.first().copied() else { return date::parse(text, Some(zone)) };
    let digits = bytes[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    // A plus sign is only for years that need more than four digits.
    if !(4..=9).contains(&digits) || (sign == b'+' && digits == 4) {
        return None;
    }
    let year: i64 = text[..=digits].parse().ok()?;
    // The calendar repeats every 400 years.
    let stand_in = year.rem_euclid(400) + 2000;
    let (seconds, nanos) = date::parse(&format!("{stand_in}{}", &text[digits + 1..]), Some(zone))?;
    Some((seconds + (year - stand_in) / 400 * 146_097 * 86_400, nanos))
}

/// Milliseconds since the epoch; what is finer is cut off.
#[must_use]
pub fn parse_millis(text: &str, zone: &TimeZone) -> Option<i64> {
    let (seconds, nanos) = parse(text, zone)?;
    seconds.checked_mul(1000)?.checked_add(i64::from(nanos / 1_000_000))
}

/// The message for a text that is no date of `format`.
#[must_use]
pub fn failure(text: &str, format: &str) -> String {
    format!("failed to parse date field [{text}] with format [{format}]")
}

/// Nanoseconds since the epoch.
///
/// # Errors
/// The text is no date, or lies outside the years 1970 to 2262.
pub fn parse_nanos(text: &str, zone: &TimeZone) -> Result<i64, String> {
    let (seconds, nanos) = parse(text, zone).ok_or_else(|| failure(text, FORMAT))?;
    if seconds < 0 {
        return Err(format!(
            "date[{}] is before the epoch in 1970 and cannot be stored in nanosecond resolution",
            instant(seconds, nanos)
        ));
    }
    seconds.checked_mul(1_000_000_000).and_then(|ns| ns.checked_add(i64::from(nanos))).ok_or_else(|| {
        format!(
            "date[{}] is after 2262-04-11T23:47:16.854775807 and cannot be stored in nanosecond resolution",
            instant(seconds, nanos)
        )
    })
}

/// An instant as Java prints it: no fraction where there is none.
fn instant(seconds: i64, nanos: u32) -> String {
    let text = date::format_millis(seconds.saturating_mul(1000));
    let whole = text.strip_suffix(".000Z").unwrap_or(&text);
    let fraction = format!("{nanos:09}");
    match nanos {
        0 => format!("{whole}Z"),
        n if n % 1_000_000 == 0 => format!("{whole}.{}Z", &fraction[..3]),
        n if n % 1000 == 0 => format!("{whole}.{}Z", &fraction[..6]),
        _ => format!("{whole}.{fraction}Z"),
    }
}

/// Milliseconds as nanoseconds.
///
/// # Errors
/// They lie outside the years 1970 to 2262.
pub fn millis_to_nanos(ms: i64) -> Result<i64, String> {
    if ms < 0 {
        return Err(format!("milliSeconds [{ms}] are before the epoch in 1970 and cannot be converted to nanoseconds"));
    }
    ms.checked_mul(1_000_000).ok_or_else(|| {
        format!("milliSeconds [{ms}] are after 2262-04-11T23:47:16.854775807 and cannot be converted to nanoseconds")
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::date::format_millis;

    use super::*;

    #[test]
    fn years_may_have_a_sign() {
        let zone = &TimeZone::UTC;
        for text in ["-0006-01-01T00:00:00.000Z", "+12345-03-04T05:06:07.089Z", "1960-02-29T00:00:00.000Z"] {
            assert_eq!(parse_millis(text, zone).map(format_millis).as_deref(), Some(text));
        }
        for bad in ["+2024-01-01", "-24", "", "2023-02-29"] {
            assert_eq!(parse_millis(bad, zone), None, "{bad}");
        }
    }

    #[test]
    fn nanoseconds_have_a_range() {
        let zone = &TimeZone::UTC;
        assert_eq!(parse_nanos("1970-01-01T00:00:00.000000001Z", zone), Ok(1));
        assert!(
            parse_nanos("1969-12-31T23:59:59.5", zone).unwrap_err().starts_with("date[1969-12-31T23:59:59.500Z] is")
        );
        assert!(parse_nanos("2300", zone).unwrap_err().starts_with("date[2300-01-01T00:00:00Z] is after"));
    }
}
