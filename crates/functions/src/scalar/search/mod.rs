//! Filters in the manner of full-text search.

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
];
