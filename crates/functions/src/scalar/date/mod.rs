//! Functions over dates and times.

mod now;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &now::DEF,
];
