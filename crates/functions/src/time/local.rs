//! A point in time as the clock and calendar of a time zone show it.

use jiff::tz::TimeZone;
use quarry_types::DataType;
use quarry_types::date::{civil_from_days, days_from_civil};

use super::offset_millis;

/// Names of the months.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names of the days of the week, Monday first.
pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A local date and time, and how far it is from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The year; 0 is the one before 1.
    pub year: i64,
    /// From 1.
    pub month: u32,
    /// From 1.
    pub day: u32,
    /// Days since 1970-01-01.
    pub epoch_day: i64,
    /// Seconds since midnight.
    pub second_of_day: i64,
    /// Nanoseconds within the second.
    pub nano: u32,
    /// Seconds that the local clock is ahead of UTC.
    pub offset: i64,
}

impl Local {
    /// Reads milliseconds since the epoch.
    #[must_use]
    pub fn of_millis(ms: i64, zone: &TimeZone) -> Self {
        Self::new(ms.div_euclid(1000), ms.rem_euclid(1000) as u32 * 1_000_000, offset_millis(ms, zone) / 1000)
    }

    /// Reads nanoseconds since the epoch.
    #[must_use]
    pub fn of_nanos(ns: i64, zone: &TimeZone) -> Self {
        let offset = offset_millis(ns.div_euclid(1_000_000), zone) / 1000;
        Self::new(ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000) as u32, offset)
    }

    /// Reads a value of a date type.
    #[must_use]
    pub fn of(data_type: DataType, value: i64, zone: &TimeZone) -> Self {
        match data_type {
            DataType::DateNanos => Self::of_nanos(value, zone),
            _ => Self::of_millis(value, zone),
        }
    }

    fn new(seconds: i64, nano: u32, offset: i64) -> Self {
        let local = seconds + offset;
        let epoch_day = local.div_euclid(86_400);
        let (year, month, day) = civil_from_days(epoch_day);
        Self { year, month, day, epoch_day, second_of_day: local.rem_euclid(86_400), nano, offset }
    }

    /// Hour of the day, from 0.
    #[must_use]
    pub fn hour(&self) -> i64 {
        self.second_of_day / 3600
    }

    /// Minute of the hour.
    #[must_use]
    pub fn minute(&self) -> i64 {
        self.second_of_day / 60 % 60
    }

    /// Second of the minute.
    #[must_use]
    pub fn second(&self) -> i64 {
        self.second_of_day % 60
    }

    /// Day of the week, Monday being 1.
    #[must_use]
    pub fn day_of_week(&self) -> i64 {
        // The epoch was a Thursday.
        (self.epoch_day + 3).rem_euclid(7) + 1
    }

    /// Day of the year, from 1.
    #[must_use]
    pub fn day_of_year(&self) -> i64 {
        self.epoch_day - days_from_civil(self.year, 1, 1) + 1
    }

    /// The year counted within its era.
    #[must_use]
    pub fn year_of_era(&self) -> i64 {
        if self.year > 0 { self.year } else { 1 - self.year }
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn instant_seconds(&self) -> i64 {
        self.epoch_day * 86_400 + self.second_of_day - self.offset
    }

    /// Nanoseconds of the local clock, counted as if it were UTC.
    #[must_use]
    pub fn nanos(&self) -> i128 {
        i128::from(self.epoch_day * 86_400 + self.second_of_day) * 1_000_000_000 + i128::from(self.nano)
    }
}

/// A date as results show it, in `zone`.
#[must_use]
pub fn print_millis(ms: i64, zone: &TimeZone) -> String {
    with_offset(offset_millis(ms, zone), |offset| quarry_types::date::format_millis(ms.saturating_add(offset)))
}

/// A date of nanosecond precision as results show it, in `zone`.
#[must_use]
pub fn print_nanos(ns: i64, zone: &TimeZone) -> String {
    with_offset(offset_millis(ns.div_euclid(1_000_000), zone), |offset| {
        quarry_types::date::format_nanos(ns.saturating_add(offset * 1_000_000))
    })
}

/// Replaces the `Z` of the printed local time by its distance from UTC.
fn with_offset(offset: i64, print: impl Fn(i64) -> String) -> String {
    let mut text = print(offset);
    if offset != 0 {
        text.pop();
        push_offset(&mut text, offset / 1000, true);
    }
    text
}

/// `+hh:mm` or `+hhmm`.
pub(crate) fn push_offset(out: &mut String, seconds: i64, colon: bool) {
    use std::fmt::Write;
    let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    let separator = if colon { ":" } else { "" };
    // Writing to a string can't fail.
    let _ = write!(out, "{sign}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_a_zone_is_read() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let local = Local::of_millis(1_714_979_289_123, &zone);
        assert_eq!((local.year, local.month, local.day), (2024, 5, 6));
        assert_eq!((local.hour(), local.minute(), local.second()), (12, 38, 9));
        assert_eq!((local.day_of_week(), local.day_of_year()), (1, 127));
        assert_eq!(print_millis(1_714_979_289_123, &zone), "2024-05-06T12:38:09.123+05:30");
        assert_eq!(print_nanos(1_714_979_289_123_000_001, &TimeZone::UTC), "2024-05-06T07:08:09.123000001Z");
    }
}
