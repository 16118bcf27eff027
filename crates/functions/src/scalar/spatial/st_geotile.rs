use quarry_types::DataType;

use super::grid::of_point;
use super::shapes::{GRID_CELL, cell_signatures};
use crate::{Category, Evaluation, Example, ScalarFunction, Signature};

/// `ST_GEOTILE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_geotile",
    aliases: &[],
    category: Category::Spatial,
    summary: "The cell of the map tile grid that a point lies in.",
    details: "Precisions are 0 to 29. Applied to each value of a list. A point outside of the bounds, where some are given, \
              has no cell.",
    parameters: GRID_CELL,
    signatures: &SIGNATURES,
    examples: &[Example { query: r#"ROW x = ST_GEOTILE(TO_GEOPOINT("POINT(12.5683 55.6761)"), 4)"#, result: "4/8/5" }],
    evaluation: Evaluation::Kernel(of_point),
};

static SIGNATURES: [Signature; 1] = cell_signatures(DataType::Geotile);
