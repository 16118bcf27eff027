//! Weeks as the default locale, en-US, counts them: from Sunday on, the first being the one with 1 January.

use quarry_types::date::{civil_from_days, days_from_civil};

/// The Sunday on or before a day.
fn sunday(epoch_day: i64) -> i64 {
    epoch_day - (epoch_day + 4).rem_euclid(7)
}

/// Day of the week, Sunday being 1.
pub(super) fn day(epoch_day: i64) -> i64 {
    epoch_day - sunday(epoch_day) + 1
}

/// The year that the day's week belongs to, and the week's number in it.
pub(super) fn of_year(epoch_day: i64) -> (i64, i64) {
    let start = sunday(epoch_day);
    let (year, _, _) = civil_from_days(start + 6);
    (year, (start - sunday(days_from_civil(year, 1, 1))) / 7 + 1)
}

/// The week's number in the month.
pub(super) fn of_month(epoch_day: i64) -> i64 {
    let (year, month, _) = civil_from_days(epoch_day);
    (sunday(epoch_day) - sunday(days_from_civil(year, month, 1))) / 7 + 1
}

/// The day of a week of a week-based year.
pub(super) fn epoch_day(year: i64, week: i64, day: i64) -> i64 {
    sunday(days_from_civil(year, 1, 1)) + (week - 1) * 7 + day - 1
}
