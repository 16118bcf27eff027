use quarry_types::DataType;

use super::shapes::{POINT, POINTS, coordinate};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `ST_Y`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_y",
    aliases: &[],
    category: Category::Spatial,
    summary: "The y or latitude of a point.",
    details: "Applied to each value of a list.",
    parameters: POINT,
    signatures: &[Signature::new(&[POINTS], Returns::Always(DataType::Double))],
    examples: &[Example { query: r#"ROW x = ST_Y(TO_GEOPOINT("POINT(12.5 55)"))"#, result: "55.0" }],
    evaluation: Evaluation::Kernel(|_| Ok(coordinate(|place| place.y))),
};
