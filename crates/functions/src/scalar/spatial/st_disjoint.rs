use quarry_types::DataType;

use super::relate::intersects;
use super::shapes::{RELATION, TWO_GEOMETRIES, of_two};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ST_DISJOINT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_disjoint",
    aliases: &[],
    category: Category::Spatial,
    summary: "Whether two points or shapes have no place in common.",
    details: "Borders belong to shapes. Shapes on Earth are taken as if longitude and latitude were those of a plane.",
    parameters: TWO_GEOMETRIES,
    signatures: &RELATION,
    examples: &[Example {
        query: r#"ROW x = ST_DISJOINT(TO_CARTESIANPOINT("POINT(1 1)"), TO_CARTESIANSHAPE("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))"))"#,
        result: "false",
    }],
    evaluation: Evaluation::Kernel(|_| Ok(of_two(DataType::Boolean, |a, b| !intersects(a, b)))),
};
