use super::shapes::{DOUBLE_OF_ANY, GEOMETRY, side};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_XMAX`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_xmax",
    aliases: &[],
    category: Category::Spatial,
    summary: "The largest x or longitude of a point or shape.",
    details: "Applied to each value of a list. Null where the shape is empty.",
    parameters: GEOMETRY,
    signatures: &DOUBLE_OF_ANY,
    examples: &[Example { query: r#"ROW x = ST_XMAX(TO_GEOSHAPE("LINESTRING(0 0, 3 2)"))"#, result: "3.0" }],
    evaluation: Evaluation::Kernel(|_| Ok(side(|extent| extent.max_x))),
};
