//! Calendar arithmetic on points in time, in a time zone.

use jiff::tz::TimeZone;
use quarry_types::Period;
use quarry_types::date::{civil_from_days, days_from_civil, days_in_month};

use crate::Failure;

pub mod iso;
pub mod local;
pub mod pattern;
pub mod span;
pub mod trunc;
pub mod unit;

pub use trunc::Truncation;

/// Milliseconds in a day of 24 hours.
pub const MILLIS_PER_DAY: i64 = 86_400_000;

/// The zone of a name or of an offset: `Europe/Paris`, `+02:00`, `Z`.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    pattern::zone(name)
}

/// The zone's offset from UTC at `ms`, in milliseconds.
#[must_use]
pub fn offset_millis(ms: i64, zone: &TimeZone) -> i64 {
    if *zone == TimeZone::UTC {
        return 0;
    }
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(timestamp) => i64::from(zone.to_offset(timestamp).seconds()) * 1000,
        Err(_) => 0,
    }
}

/// The local time of day and calendar at `ms`, as milliseconds counted as if the zone were UTC.
#[must_use]
pub fn to_local(ms: i64, zone: &TimeZone) -> i64 {
    ms.saturating_add(offset_millis(ms, zone))
}

/// The point in time of a local one. Where the clock was set forward over it, the time after the gap.
#[must_use]
pub fn from_local(local: i64, zone: &TimeZone) -> i64 {
    if *zone == TimeZone::UTC {
        return local;
    }
    let with_offset_at = |at: i64| local.saturating_sub(offset_millis(at, zone));
    let before = with_offset_at(local.saturating_sub(MILLIS_PER_DAY));
    let after = with_offset_at(local.saturating_add(MILLIS_PER_DAY));
    // Where the clock was set back both readings are right, and the earlier one wins. Where it was set forward neither
    // is, and the old offset leads to the time after the gap.
    if before != after && to_local(before, zone) != local && to_local(after, zone) == local { after } else { before }
}

/// Adds a calendar period, clamping to the end of the month.
///
/// # Errors
/// The result doesn't fit.
pub fn add_period(ms: i64, period: Period, zone: &TimeZone) -> Result<i64, Failure> {
    let local = to_local(ms, zone);
    let (mut day, time) = (local.div_euclid(MILLIS_PER_DAY), local.rem_euclid(MILLIS_PER_DAY));
    if period.months != 0 {
        let (year, month, day_of_month) = civil_from_days(day);
        let months = (year * 12 + i64::from(month) - 1).checked_add(period.months).ok_or_else(overflow)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        if !(-999_999_999..=999_999_999).contains(&year) {
            return Err(Failure {
                class: "java.time.DateTimeException",
                message: format!("Invalid value for Year (valid values -999999999 - 999999999): {year}"),
            });
        }
        let clamped = i64::from(day_of_month).min(days_in_month(year, month));
        day = days_from_civil(year, month as u32, clamped as u32);
    }
    day.checked_add(period.days)
        .and_then(|day| day.checked_mul(MILLIS_PER_DAY))
        .and_then(|ms| ms.checked_add(time))
        .map(|local| from_local(local, zone))
        .ok_or_else(overflow)
}

fn overflow() -> Failure {
    Failure::arithmetic("long overflow")
}

#[cfg(test)]
mod tests {
    use quarry_types::date::{format_millis, parse_millis};

    use super::*;

    #[test]
    fn months_clamp_to_the_end_of_the_month() {
        let january = parse_millis("2024-01-31T10:00Z", None).unwrap();
        let plus = add_period(january, Period { months: 1, days: 0 }, &TimeZone::UTC).unwrap();
        assert_eq!(format_millis(plus), "2024-02-29T10:00:00.000Z");
    }

    #[test]
    fn local_times_that_are_missing_or_double_are_resolved() {
        for (zone, local, utc) in [
            ("Europe/Paris", "2024-03-31T02:30", "2024-03-31T01:30:00.000Z"),
            ("Europe/Paris", "2024-10-27T02:30", "2024-10-27T00:30:00.000Z"),
            ("America/New_York", "2024-03-10T02:30", "2024-03-10T07:30:00.000Z"),
            ("America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00.000Z"),
            ("America/New_York", "2024-03-10T01:59", "2024-03-10T06:59:00.000Z"),
            ("America/New_York", "2024-03-10T03:00", "2024-03-10T07:00:00.000Z"),
        ] {
            let local = parse_millis(local, None).unwrap();
            assert_eq!(format_millis(from_local(local, &TimeZone::get(zone).unwrap())), utc);
        }
        assert_eq!(from_local(i64::MIN, &TimeZone::get("Europe/Paris").unwrap()), i64::MIN);
    }

    #[test]
    fn a_day_keeps_the_local_time_over_a_clock_change() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let before = parse_millis("2024-03-30T12:00:00+01:00", None).unwrap();
        let after = add_period(before, Period { months: 0, days: 1 }, &zone).unwrap();
        assert_eq!(after, parse_millis("2024-03-31T12:00:00+02:00", None).unwrap());
    }
}
