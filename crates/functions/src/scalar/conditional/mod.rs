//! Functions that choose.

mod case;
mod clamp;
mod clamp_max;
mod clamp_min;
mod clamping;
mod coalesce;
mod extreme;
mod greatest;
mod least;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] =
    &[&case::DEF, &clamp::DEF, &clamp_max::DEF, &clamp_min::DEF, &coalesce::DEF, &greatest::DEF, &least::DEF];
