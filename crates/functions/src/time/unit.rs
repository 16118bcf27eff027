//! The units that DATE_DIFF and DATE_UNIT_COUNT count in.

use jiff::tz::TimeZone;
use quarry_types::date::civil_from_days;

use super::Truncation;
use super::local::Local;

const NANOS_PER_DAY: i128 = 86_400_000_000_000;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Calendar units: so many months.
    Months(i64),
    /// Calendar units: so many days.
    Days(i64),
    /// Exact units: so many nanoseconds.
    Nanos(i64),
}

impl Unit {
    /// The unit of that name or abbreviation, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "year" | "years" | "yyyy" | "yy" => Unit::Months(12),
            "quarter" | "quarters" | "qq" | "q" => Unit::Months(3),
            "month" | "months" | "mm" | "m" => Unit::Months(1),
            "week" | "weeks" | "wk" | "ww" => Unit::Days(7),
            "dayofyear" | "dy" | "y" | "day" | "days" | "dd" | "d" | "weekday" | "weekdays" | "dw" => Unit::Days(1),
            "hour" | "hours" | "hh" => Unit::Nanos(3_600_000_000_000),
            "minute" | "minutes" | "mi" | "n" => Unit::Nanos(60_000_000_000),
            "second" | "seconds" | "ss" | "s" => Unit::Nanos(1_000_000_000),
            "millisecond" | "milliseconds" | "ms" => Unit::Nanos(1_000_000),
            "microsecond" | "microseconds" | "mcs" => Unit::Nanos(1000),
            "nanosecond" | "nanoseconds" | "ns" => Unit::Nanos(1),
            _ => return None,
        })
    }

    /// The message for a name that is no unit.
    #[must_use]
    pub fn unknown(name: &str) -> String {
        format!(
            "A value of [YEAR, QUARTER, MONTH, DAYOFYEAR, DAY, WEEK, WEEKDAY, HOUR, MINUTE, SECOND, MILLISECOND, \
             MICROSECOND, NANOSECOND] or their aliases is required; received [{name}]"
        )
    }

    /// How many whole units lie between two points in time, toward zero.
    #[must_use]
    pub fn between(self, start: &Local, end: &Local) -> i128 {
        match self {
            Unit::Nanos(n) => (instant(end) - instant(start)) / i128::from(n),
            Unit::Days(n) => (end.nanos() - start.nanos()) / NANOS_PER_DAY / i128::from(n),
            Unit::Months(n) => i128::from(months_between(start.nanos(), end.nanos()) / n),
        }
    }

    /// The blocks that the unit cuts time into; `None` for less than a millisecond.
    #[must_use]
    pub fn truncation(self) -> Option<Truncation> {
        match self {
            Unit::Months(n) => Some(Truncation::Months(n)),
            Unit::Days(7) => Some(Truncation::Week),
            Unit::Days(n) => Some(Truncation::Days(n)),
            Unit::Nanos(n) => (n >= 1_000_000).then_some(Truncation::Millis(n / 1_000_000)),
        }
    }

    /// How many of this unit the `outer` one has that contains `ms`.
    #[must_use]
    pub fn count_in(self, outer: Truncation, ms: i64, zone: &TimeZone) -> i128 {
        let start = outer.floor(ms, zone);
        self.between(&Local::of_millis(start, zone), &Local::of_millis(outer.next(start, zone), zone))
    }

    /// How many of this unit an exact one has.
    #[must_use]
    pub fn count_in_nanos(self, outer: Unit) -> i128 {
        match (self, outer) {
            (Unit::Nanos(inner), Unit::Nanos(outer)) => i128::from(outer / inner),
            _ => 0,
        }
    }
}

fn instant(local: &Local) -> i128 {
    local.nanos() - i128::from(local.offset) * 1_000_000_000
}

fn months_between(start: i128, end: i128) -> i64 {
    let split = |nanos: i128| {
        let (year, month, day) = civil_from_days(nanos.div_euclid(NANOS_PER_DAY) as i64);
        (year * 12 + i64::from(month), (day, nanos.rem_euclid(NANOS_PER_DAY)))
    };
    let ((start_month, start_rest), (end_month, end_rest)) = (split(start), split(end));
    let months = end_month - start_month;
    match months {
        m if m > 0 && end_rest < start_rest => m - 1,
        m if m < 0 && end_rest > start_rest => m + 1,
        m => m,
    }
}
