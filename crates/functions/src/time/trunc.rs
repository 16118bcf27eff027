//! The block of time that a point in time lies in: what DATE_TRUNC and BUCKET round down to.

use jiff::tz::TimeZone;
use quarry_types::date::{civil_from_days, days_from_civil};
use quarry_types::{Period, Value};

use super::{MILLIS_PER_DAY, from_local, to_local};

/// A way to cut time into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncation {
    /// Blocks of so many milliseconds, counted from the epoch in local time.
    Millis(i64),
    /// Blocks of so many days, counted from the epoch in local time.
    Days(i64),
    /// Weeks, from Monday on.
    Week,
    /// Blocks of so many months, counted from January of the year 1.
    Months(i64),
}

impl Truncation {
    /// The blocks of the length of `span`, which is a date period or time duration.
    ///
    /// # Errors
    /// The span is not positive, or mixes months with days.
    pub fn of(span: &Value) -> Result<Self, String> {
        let not_positive = || "Zero or negative time interval is not supported".to_owned();
        match span {
            Value::TimeDuration(ms) if *ms > 0 => Ok(Truncation::Millis(*ms)),
            Value::DatePeriod(Period { months, days }) => match (*months, *days) {
                (0, 0) => Err(not_positive()),
                (m, d) if m != 0 && d != 0 => Err("Time interval with multiple periods is not supported".to_owned()),
                (m, d) if m < 0 || d < 0 => Err(not_positive()),
                (0, 7) => Ok(Truncation::Week),
                (0, days) => Ok(Truncation::Days(days)),
                // All of time lies within the longest block, beyond which years would not fit their type.
                (months, _) => Ok(Truncation::Months(months.min(12_000_000_000))),
            },
            _ => Err(not_positive()),
        }
    }

    /// The start of the block that `ms` lies in, both in milliseconds since the epoch.
    #[must_use]
    pub fn floor(&self, ms: i64, zone: &TimeZone) -> i64 {
        let local = to_local(ms, zone);
        let floored = self.floor_local(local);
        // The offset at `ms` is kept where it holds at the start too, so that an hour which the clock shows twice
        // is two blocks.
        let same_offset = floored.saturating_add(ms - local);
        if to_local(same_offset, zone) == floored { same_offset } else { from_local(floored, zone).min(ms) }
    }

    /// The start of the block after the one that starts at `start`.
    #[must_use]
    pub fn next(&self, start: i64, zone: &TimeZone) -> i64 {
        let local = to_local(start, zone);
        let next = match *self {
            Truncation::Millis(n) => return start.saturating_add(n),
            Truncation::Days(n) => local.saturating_add(n.saturating_mul(MILLIS_PER_DAY)),
            Truncation::Week => local.saturating_add(7 * MILLIS_PER_DAY),
            Truncation::Months(n) => start_of_month(month_of(local).saturating_add(n)),
        };
        from_local(next, zone)
    }

    fn floor_local(self, local: i64) -> i64 {
        match self {
            Truncation::Millis(n) => blocks(local, n),
            Truncation::Days(n) => blocks(local.div_euclid(MILLIS_PER_DAY), n).saturating_mul(MILLIS_PER_DAY),
            // The epoch was a Thursday.
            Truncation::Week => (blocks(local.div_euclid(MILLIS_PER_DAY) + 3, 7) - 3).saturating_mul(MILLIS_PER_DAY),
            Truncation::Months(n) => start_of_month(blocks(month_of(local), n)),
        }
    }
}

fn blocks(value: i64, size: i64) -> i64 {
    value.div_euclid(size).saturating_mul(size)
}

/// Months from January of the year 1 to that of a local time.
fn month_of(local: i64) -> i64 {
    let (year, month, _) = civil_from_days(local.div_euclid(MILLIS_PER_DAY));
    (year - 1) * 12 + i64::from(month) - 1
}

fn start_of_month(month: i64) -> i64 {
    days_from_civil(month.div_euclid(12) + 1, month.rem_euclid(12) as u32 + 1, 1).saturating_mul(MILLIS_PER_DAY)
}

#[cfg(test)]
mod tests {
    use quarry_types::date::{format_millis, parse_millis};

    use super::*;

    fn floor(truncation: Truncation, text: &str, zone: &TimeZone) -> String {
        format_millis(truncation.floor(parse_millis(text, None).unwrap(), zone))
    }

    #[test]
    fn calendar_units_start_where_the_calendar_says() {
        let utc = &TimeZone::UTC;
        assert_eq!(floor(Truncation::Week, "2024-05-08T10:00Z", utc), "2024-05-06T00:00:00.000Z");
        assert_eq!(floor(Truncation::Months(1), "2024-05-08T10:00Z", utc), "2024-05-01T00:00:00.000Z");
        assert_eq!(floor(Truncation::Months(3), "2024-05-08T10:00Z", utc), "2024-04-01T00:00:00.000Z");
        assert_eq!(floor(Truncation::Months(120), "2024-05-08T10:00Z", utc), "2021-01-01T00:00:00.000Z");
        assert_eq!(floor(Truncation::Days(1), "1969-12-31T23:00Z", utc), "1969-12-31T00:00:00.000Z");
        assert_eq!(floor(Truncation::Millis(600_000), "2024-05-08T10:17Z", utc), "2024-05-08T10:10:00.000Z");
    }

    #[test]
    fn blocks_follow_the_local_clock() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        assert_eq!(floor(Truncation::Days(1), "2024-07-01T23:30Z", &zone), "2024-07-01T22:00:00.000Z");
        // On this day the clock goes from 3:00 back to 2:00: each of the two hours is a block.
        let hour = Truncation::Millis(3_600_000);
        assert_eq!(floor(hour, "2024-10-27T00:30Z", &zone), "2024-10-27T00:00:00.000Z");
        assert_eq!(floor(hour, "2024-10-27T01:30Z", &zone), "2024-10-27T01:00:00.000Z");
    }

    #[test]
    fn spans_must_be_positive_and_of_one_kind() {
        let period = |months, days| Value::DatePeriod(Period { months, days });
        assert_eq!(Truncation::of(&period(0, 7)), Ok(Truncation::Week));
        assert!(Truncation::of(&period(1, 1)).is_err());
        assert!(Truncation::of(&period(0, -1)).is_err());
        assert!(Truncation::of(&Value::TimeDuration(0)).is_err());
    }

    #[test]
    fn the_longest_blocks_do_not_overflow() {
        let longest = Value::DatePeriod(Period { months: i64::MAX, days: 0 });
        let truncation = Truncation::of(&longest).unwrap();
        assert!(truncation.floor(-1_000_000_000_000_000, &TimeZone::UTC) < 0);
        assert!(truncation.floor(i64::MIN, &TimeZone::UTC) < 0);
        assert!(Truncation::Days(i64::MAX).floor(i64::MIN, &TimeZone::UTC) < 0);
    }

    #[test]
    fn the_next_block_follows_directly() {
        let start = parse_millis("2024-01-01", None).unwrap();
        assert_eq!(format_millis(Truncation::Months(2).next(start, &TimeZone::UTC)), "2024-03-01T00:00:00.000Z");
    }
}
