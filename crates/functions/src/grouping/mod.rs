//! Functions that make the keys of STATS ... BY: one file each, one line in [`ALL`], in alphabetical order.

pub(crate) mod bucket;
mod categorize;
mod empty_buckets;
pub mod tbucket;
#[cfg(test)]
mod testing;

pub use empty_buckets::EmptyBuckets;

use crate::GroupingFunction;

/// Every grouping function.
pub static ALL: &[&GroupingFunction] = &[&bucket::DEF, &categorize::DEF, &tbucket::DEF];
