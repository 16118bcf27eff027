//! Functions that make the keys of STATS ... BY.

use crate::GroupingFunction;

/// Every grouping function.
pub static ALL: &[&GroupingFunction] = &[];
