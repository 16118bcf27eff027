//! Functions over dates and times.

mod date_diff;
mod date_extract;
mod date_format;
mod date_parse;
mod date_trunc;
mod date_unit_count;
mod day_name;
mod month_name;
mod now;
mod trange;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &date_diff::DEF,
    &date_extract::DEF,
    &date_format::DEF,
    &date_parse::DEF,
    &date_trunc::DEF,
    &date_unit_count::DEF,
    &day_name::DEF,
    &month_name::DEF,
    &now::DEF,
    &trange::DEF,
];
