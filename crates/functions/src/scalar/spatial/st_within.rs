use quarry_types::DataType;

use super::relate::contains;
use super::shapes::{RELATION, TWO_GEOMETRIES, of_two};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_WITHIN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_within",
    aliases: &[],
    category: Category::Spatial,
    summary: "Whether the first point or shape is covered by the second.",
    details: "Borders belong to shapes. Shapes on Earth are taken as if longitude and latitude were those of a plane.",
    parameters: TWO_GEOMETRIES,
    signatures: &RELATION,
    examples: &[Example {
        query: r#"ROW x = ST_WITHIN(TO_CARTESIANPOINT("POINT(1 1)"), TO_CARTESIANSHAPE("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))"))"#,
        result: "true",
    }],
    evaluation: Evaluation::Kernel(|_| Ok(of_two(DataType::Boolean, |a, b| contains(b, a)))),
};
