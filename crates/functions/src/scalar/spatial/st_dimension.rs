use quarry_types::DataType;

use super::shapes::{GEOMETRY, each};
use crate::definition::accept::SPATIAL;
use crate::wkt::Geometry;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `ST_DIMENSION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_dimension",
    aliases: &[],
    category: Category::Spatial,
    summary: "0 for points, 1 for lines, 2 for areas; of a collection the largest.",
    details: "Applied to each value of a list.",
    parameters: GEOMETRY,
    signatures: &[Signature::new(&[SPATIAL], Returns::Always(DataType::Integer))],
    examples: &[Example { query: r#"ROW x = ST_DIMENSION(TO_GEOSHAPE("LINESTRING(0 0, 3 2)"))"#, result: "1" }],
    evaluation: Evaluation::Kernel(|_| Ok(each(DataType::Integer, Geometry::dimension))),
};
