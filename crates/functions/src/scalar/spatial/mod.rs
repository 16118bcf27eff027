//! Functions over places and shapes.

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
];
