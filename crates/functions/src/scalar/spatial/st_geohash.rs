use quarry_types::DataType;

use super::grid::of_point;
use super::shapes::{GRID_CELL, cell_signatures};
use crate::{Category, Evaluation, Example, ScalarFunction, Signature};

/// `ST_GEOHASH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_geohash",
    aliases: &[],
    category: Category::Spatial,
    summary: "The cell of the geohash grid that a point lies in.",
    details: "Precisions are 1 to 12. Applied to each value of a list. A point outside of the bounds, where some are given, \
              has no cell.",
    parameters: GRID_CELL,
    signatures: &SIGNATURES,
    examples: &[Example { query: r#"ROW x = ST_GEOHASH(TO_GEOPOINT("POINT(12.5683 55.6761)"), 4)"#, result: "u3bu" }],
    evaluation: Evaluation::Kernel(of_point),
};

static SIGNATURES: [Signature; 1] = cell_signatures(DataType::Geohash);
