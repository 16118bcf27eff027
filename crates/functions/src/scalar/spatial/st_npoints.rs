use quarry_types::DataType;

use super::shapes::{GEOMETRY, each};
use crate::definition::accept::SPATIAL;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `ST_NPOINTS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_npoints",
    aliases: &[],
    category: Category::Spatial,
    summary: "The number of places in the text of a point or shape.",
    details: "Applied to each value of a list. The end of a ring, which is its start, counts again.",
    parameters: GEOMETRY,
    signatures: &[Signature::new(&[SPATIAL], Returns::Always(DataType::Integer))],
    examples: &[Example { query: r#"ROW x = ST_NPOINTS(TO_GEOSHAPE("LINESTRING(0 0, 3 2)"))"#, result: "2" }],
    evaluation: Evaluation::Kernel(|_| Ok(each(DataType::Integer, |shape| shape.places() as i32))),
};
