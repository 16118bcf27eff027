//! Filters in the manner of full-text search, and access to flattened fields.

mod field_extract;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[&field_extract::DEF];
