use quarry_types::DataType;

use super::grid::of_point;
use super::shapes::{GRID_CELL, cell_signatures};
use crate::{Category, Evaluation, Example, ScalarFunction, Signature};

/// `ST_GEOHEX`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_geohex",
    aliases: &[],
    category: Category::Spatial,
    summary: "The cell of the H3 grid that a point lies in.",
    details: "Precisions are 0 to 15. Applied to each value of a list. A point outside of the bounds, where some are given, \
              has no cell.",
    parameters: GRID_CELL,
    signatures: &SIGNATURES,
    examples: &[Example {
        query: r#"ROW x = ST_GEOHEX(TO_GEOPOINT("POINT(-122.418 37.775)"), 5)"#,
        result: "85283083fffffff",
    }],
    evaluation: Evaluation::Kernel(of_point),
};

static SIGNATURES: [Signature; 1] = cell_signatures(DataType::Geohex);
