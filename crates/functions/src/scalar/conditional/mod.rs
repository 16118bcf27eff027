//! Functions that choose.

mod case;
mod coalesce;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &case::DEF,
    &coalesce::DEF,
];
