use quarry_types::DataType;

use super::grid;
use super::relate::intersects;
use super::shapes::{CELL_RELATION, TWO_GEOMETRIES, of_two};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_INTERSECTS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_intersects",
    aliases: &[],
    category: Category::Spatial,
    summary: "Whether two points or shapes have a place in common.",
    details: "Borders belong to shapes. Shapes on Earth are taken as if longitude and latitude were those of a plane. \
              One side may be a cell of a grid, the other a point then.",
    parameters: TWO_GEOMETRIES,
    signatures: &CELL_RELATION,
    examples: &[Example {
        query: r#"ROW x = ST_INTERSECTS(TO_CARTESIANPOINT("POINT(1 1)"), TO_CARTESIANSHAPE("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))"))"#,
        result: "true",
    }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(grid::relation(call, true).unwrap_or_else(|| of_two(DataType::Boolean, intersects)))
    }),
};
