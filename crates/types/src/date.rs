//! Points in time as text, in UTC: `strict_date_optional_time` in, ISO 8601 with three digits out.

use jiff::tz::TimeZone;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// `yyyy-MM-ddTHH:mm:ss.SSSZ`
#[must_use]
pub fn format_millis(ms: i64) -> String {
    format!("{}.{:03}Z", format_seconds(ms.div_euclid(1000)), ms.rem_euclid(1000))
}

/// `yyyy-MM-ddTHH:mm:ss.` with three, six or nine digits, as many as needed, and `Z`.
#[must_use]
pub fn format_nanos(ns: i64) -> String {
    let seconds = format_seconds(ns.div_euclid(1_000_000_000));
    let fraction = ns.rem_euclid(1_000_000_000);
    if fraction % 1_000_000 == 0 {
        return format!("{seconds}.{:03}Z", fraction / 1_000_000);
    }
    if fraction % 1000 == 0 {
        return format!("{seconds}.{:06}Z", fraction / 1000);
    }
    format!("{seconds}.{fraction:09}Z")
}

fn format_seconds(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400);
    let rest = seconds.rem_euclid(86_400);
    let (year, month, day) = civil_from_days(days);
    let year = if (0..=9999).contains(&year) {
        format!("{year:04}")
    } else if year < 0 {
        format!("-{:04}", -year)
    } else {
        format!("+{year}")
    };
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
#[must_use]
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    // Counts from 0000-03-01, so that the leap day ends a year; 146,097 days make 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}

/// The day of a date, counted from 1970-01-01.
#[must_use]
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Reads `strict_date_optional_time`: `yyyy[-MM[-dd]]`, then optionally `T`, a time and a zone. What is missing is
/// the smallest there is; a missing zone is `zone`. Gives seconds since the epoch and nanoseconds within.
#[must_use]
pub fn parse(text: &str, zone: Option<&TimeZone>) -> Option<(i64, u32)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let year = digits(bytes, &mut at, 4)?;
    let (mut month, mut day) = (1, 1);
    if eat(bytes, &mut at, b'-') {
        month = digits(bytes, &mut at, 2)?;
        if eat(bytes, &mut at, b'-') {
            day = digits(bytes, &mut at, 2)?;
        }
    }
    let (mut hour, mut minute, mut second, mut nanos) = (0, 0, 0, 0);
    let mut offset = None;
    if eat(bytes, &mut at, b'T') && at < bytes.len() {
        hour = digits(bytes, &mut at, 2)?;
        if eat(bytes, &mut at, b':') {
            minute = digits(bytes, &mut at, 2)?;
            if eat(bytes, &mut at, b':') {
                second = digits(bytes, &mut at, 2)?;
                if eat(bytes, &mut at, b'.') || eat(bytes, &mut at, b',') {
                    nanos = fraction(bytes, &mut at)?;
                }
            }
        }
        offset = offset_seconds(bytes, &mut at)?;
    }
    if at != bytes.len() || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let local = days_from_civil(year, month as u32, day as u32) * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = match (offset, zone) {
        (Some(offset), _) => local - offset,
        (None, None) => local,
        (None, Some(zone)) => local_to_utc(local, zone)?,
    };
    Some((seconds, nanos))
}

/// Reads a date to milliseconds, cutting what is finer.
#[must_use]
pub fn parse_millis(text: &str, zone: Option<&TimeZone>) -> Option<i64> {
    let (seconds, nanos) = parse(text, zone)?;
    seconds.checked_mul(1000)?.checked_add(i64::from(nanos / 1_000_000))
}

/// Reads a date to nanoseconds; `None` where that doesn't fit 64 bits.
#[must_use]
pub fn parse_nanos(text: &str, zone: Option<&TimeZone>) -> Option<i64> {
    let (seconds, nanos) = parse(text, zone)?;
    seconds.checked_mul(1_000_000_000)?.checked_add(i64::from(nanos))
}

/// The number of days of a month.
#[must_use]
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The whole day that a time lies in, counted from the epoch.
#[must_use]
pub fn day_of_millis(ms: i64) -> i64 {
    ms.div_euclid(MILLIS_PER_DAY)
}

fn local_to_utc(local: i64, zone: &TimeZone) -> Option<i64> {
    let (year, month, day) = civil_from_days(local.div_euclid(86_400));
    let rest = local.rem_euclid(86_400);
    let civil = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        (rest / 3600) as i8,
        (rest / 60 % 60) as i8,
        (rest % 60) as i8,
        0,
    )
    .ok()?;
    zone.to_ambiguous_zoned_datetime(civil).compatible().ok().map(|zoned| zoned.timestamp().as_second())
}

fn eat(bytes: &[u8], at: &mut usize, byte: u8) -> bool {
    let found = bytes.get(*at) == Some(&byte);
    *at += usize::from(found);
    found
}

fn digits(bytes: &[u8], at: &mut usize, count: usize) -> Option<i64> {
    let text = bytes.get(*at..*at + count)?;
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    *at += count;
    Some(text.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

fn fraction(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let start = *at;
    let (mut nanos, mut scale) = (0, 100_000_000);
    while let Some(byte @ b'0'..=b'9') = bytes.get(*at) {
        nanos += u32::from(byte - b'0') * scale;
        scale /= 10;
        *at += 1;
    }
    (1..=9).contains(&(*at - start)).then_some(nanos)
}

/// `Z`, `+hh`, `+hhmm` or `+hh:mm`; `Some(None)` where there is none.
fn offset_seconds(bytes: &[u8], at: &mut usize) -> Option<Option<i64>> {
    let sign = match bytes.get(*at) {
        None => return Some(None),
        Some(b'Z' | b'z') => {
            *at += 1;
            return Some(Some(0));
        }
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    *at += 1;
    let hours = digits(bytes, at, 2)?;
    let minutes = if *at == bytes.len() {
        0
    } else {
        eat(bytes, at, b':');
        digits(bytes, at, 2)?
    };
    (hours <= 18 && minutes <= 59).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_strict_date_optional_time() {
        for (text, printed) in [
            ("2024", "2024-01-01T00:00:00.000Z"),
            ("2024-05", "2024-05-01T00:00:00.000Z"),
            ("2024-05-06T07", "2024-05-06T07:00:00.000Z"),
            ("2024-05-06T07:08:09.1Z", "2024-05-06T07:08:09.100Z"),
            ("2024-05-06T07:08:09,123456789+02:00", "2024-05-06T05:08:09.123Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(parse_millis(text, None).map(format_millis).as_deref(), Some(printed), "{text}");
        }
        for bad in ["2024-13", "2024-02-30", "2024-05-06 07:08", "24", "2024-05-06T25:00", "x", ""] {
            assert_eq!(parse_millis(bad, None), None, "{bad}");
        }
    }

    #[test]
    fn a_missing_zone_is_the_query_zone() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        assert_eq!(
            parse_millis("2024-07-01T00:00", Some(&zone)).map(format_millis).unwrap(),
            "2024-06-30T22:00:00.000Z"
        );
    }

    #[test]
    fn nanoseconds_print_as_many_digits_as_needed() {
        assert_eq!(format_nanos(1), "1970-01-01T00:00:00.000000001Z");
        assert_eq!(format_nanos(1_000), "1970-01-01T00:00:00.000001Z");
        assert_eq!(format_nanos(0), "1970-01-01T00:00:00.000Z");
    }
}
