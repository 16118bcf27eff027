//! Functions of many rows: one file each, one line in [`ALL`], in alphabetical order.

mod count;
pub(crate) mod state;

use crate::AggregateFunction;

/// Every aggregate function.
pub static ALL: &[&AggregateFunction] = &[&count::DEF];
