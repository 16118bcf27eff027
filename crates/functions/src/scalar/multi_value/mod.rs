//! Functions over lists.

pub(in crate::scalar) mod kind;
mod mv_append;
mod mv_avg;
mod mv_concat;
mod mv_contains;
mod mv_count;
mod mv_dedupe;
mod mv_difference;
mod mv_first;
mod mv_in_range;
mod mv_intersection;
mod mv_intersects;
mod mv_last;
mod mv_like;
mod mv_max;
mod mv_median;
mod mv_median_absolute_deviation;
mod mv_min;
mod mv_percentile;
mod mv_pseries_weighted_sum;
mod mv_rlike;
mod mv_slice;
mod mv_sort;
mod mv_sum;
mod mv_union;
mod mv_zip;
mod patterns;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &mv_append::DEF,
    &mv_avg::DEF,
    &mv_concat::DEF,
    &mv_contains::DEF,
    &mv_count::DEF,
    &mv_dedupe::DEF,
    &mv_difference::DEF,
    &mv_first::DEF,
    &mv_in_range::DEF,
    &mv_intersection::DEF,
    &mv_intersects::DEF,
    &mv_last::DEF,
    &mv_like::DEF,
    &mv_max::DEF,
    &mv_median::DEF,
    &mv_median_absolute_deviation::DEF,
    &mv_min::DEF,
    &mv_percentile::DEF,
    &mv_pseries_weighted_sum::DEF,
    &mv_rlike::DEF,
    &mv_slice::DEF,
    &mv_sort::DEF,
    &mv_sum::DEF,
    &mv_union::DEF,
    &mv_zip::DEF,
];
