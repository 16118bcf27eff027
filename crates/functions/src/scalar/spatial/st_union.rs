use super::overlay::union;
use super::shapes::{COMBINATION, TWO_GEOMETRIES, of_two};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_UNION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_union",
    aliases: &[],
    category: Category::Spatial,
    summary: "All that is in one of two shapes.",
    details: "Shapes on Earth are taken as if longitude and latitude were those of a plane. Parts of several kinds come \
              out as a collection.",
    parameters: TWO_GEOMETRIES,
    signatures: &COMBINATION,
    examples: &[Example {
        query: r#"ROW x = ST_UNION(TO_CARTESIANSHAPE("MULTIPOINT(1 1, 2 2)"), TO_CARTESIANSHAPE("POINT(3 3)"))"#,
        result: "MULTIPOINT (1.0 1.0, 2.0 2.0, 3.0 3.0)",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(of_two(call.returns, union))),
};
