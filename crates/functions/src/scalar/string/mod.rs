//! Functions over strings.

mod concat;
mod ends_with;
mod length;
mod starts_with;
mod to_lower;
mod to_upper;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &concat::DEF,
    &ends_with::DEF,
    &length::DEF,
    &starts_with::DEF,
    &to_lower::DEF,
    &to_upper::DEF,
];
