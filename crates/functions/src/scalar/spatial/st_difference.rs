use super::overlay::difference;
use super::shapes::{COMBINATION, TWO_GEOMETRIES, of_two};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_DIFFERENCE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_difference",
    aliases: &[],
    category: Category::Spatial,
    summary: "All that is in one shape and not in another.",
    details: "Shapes on Earth are taken as if longitude and latitude were those of a plane. Parts of several kinds come \
              out as a collection.",
    parameters: TWO_GEOMETRIES,
    signatures: &COMBINATION,
    examples: &[Example {
        query: r#"ROW x = ST_DIFFERENCE(TO_CARTESIANSHAPE("MULTIPOINT(1 1, 9 9)"), TO_CARTESIANSHAPE("POLYGON((0 0, 4 0, 4 4, 0 0))"))"#,
        result: "POINT (9.0 9.0)",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(of_two(call.returns, difference))),
};
