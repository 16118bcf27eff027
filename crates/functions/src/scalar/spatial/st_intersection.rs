use super::overlay::intersection;
use super::shapes::{COMBINATION, TWO_GEOMETRIES, of_two};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_INTERSECTION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_intersection",
    aliases: &[],
    category: Category::Spatial,
    summary: "All that is in both of two shapes.",
    details: "Shapes on Earth are taken as if longitude and latitude were those of a plane. Parts of several kinds come \
              out as a collection.",
    parameters: TWO_GEOMETRIES,
    signatures: &COMBINATION,
    examples: &[Example {
        query: r#"ROW x = ST_INTERSECTION(TO_CARTESIANSHAPE("LINESTRING(0 0, 4 4)"), TO_CARTESIANSHAPE("LINESTRING(0 4, 4 0)"))"#,
        result: "POINT (2.0 2.0)",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(of_two(call.returns, intersection))),
};
