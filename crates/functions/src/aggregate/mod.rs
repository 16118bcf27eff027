//! Functions of many rows: one file each, one line in [`ALL`], in alphabetical order.

mod absent;
mod avg;
mod count;
mod count_distinct;
mod earliest;
mod extreme;
mod first;
mod last;
mod latest;
mod max;
mod median;
mod median_absolute_deviation;
mod min;
mod moments;
mod percentile;
mod pick;
mod present;
mod quantiles;
mod sample;
mod sketch;
pub mod sparkline;
mod st_centroid_agg;
mod st_extent_agg;
pub(crate) mod state;
mod std_dev;
mod sum;
#[cfg(test)]
mod testing;
mod top;
mod values;
mod variance;
mod weighted_avg;

use crate::AggregateFunction;

/// Every aggregate function.
pub static ALL: &[&AggregateFunction] = &[
    &absent::DEF,
    &avg::DEF,
    &count::DEF,
    &count_distinct::DEF,
    &earliest::DEF,
    &first::DEF,
    &last::DEF,
    &latest::DEF,
    &max::DEF,
    &median::DEF,
    &median_absolute_deviation::DEF,
    &min::DEF,
    &percentile::DEF,
    &present::DEF,
    &sample::DEF,
    &sparkline::DEF,
    &st_centroid_agg::DEF,
    &st_extent_agg::DEF,
    &std_dev::DEF,
    &sum::DEF,
    &top::DEF,
    &values::DEF,
    &variance::DEF,
    &weighted_avg::DEF,
];
