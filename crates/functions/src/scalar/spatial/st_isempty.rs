use quarry_types::DataType;

use super::shapes::{GEOMETRY, each};
use crate::definition::accept::SPATIAL;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `ST_ISEMPTY`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_isempty",
    aliases: &[],
    category: Category::Spatial,
    summary: "Whether a point or shape has no place.",
    details: "Applied to each value of a list.",
    parameters: GEOMETRY,
    signatures: &[Signature::new(&[SPATIAL], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: r#"ROW x = ST_ISEMPTY(TO_GEOSHAPE("LINESTRING(0 0, 3 2)"))"#, result: "false" }],
    evaluation: Evaluation::Kernel(|_| Ok(each(DataType::Boolean, |shape| shape.places() == 0))),
};
