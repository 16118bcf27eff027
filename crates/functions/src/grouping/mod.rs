//! Functions that make the keys of STATS ... BY: one file each, one line in [`ALL`], in alphabetical order.

pub(crate) mod bucket;
mod categorize;
pub mod tbucket;
#[cfg(test)]
mod testing;

use crate::GroupingFunction;

/// Every grouping function.
pub static ALL: &[&GroupingFunction] = &[&bucket::DEF, &categorize::DEF, &tbucket::DEF];
