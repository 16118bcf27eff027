use quarry_types::DataType;

use super::convert::kernel;
use crate::definition::accept::{GEO_POINT, STRING};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TO_GEOPOINT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_geopoint",
    aliases: &[],
    category: Category::Spatial,
    summary: "The point on Earth that a text spells: longitude, then latitude.",
    details: "Well-known text. Applied to each value of a list; one that can't be read is left out, with a warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[GEO_POINT.or(STRING)], Returns::Always(DataType::GeoPoint))],
    examples: &[Example { query: r#"ROW x = TO_GEOPOINT("POINT(12.5 55)")"#, result: "POINT (12.5 55.0)" }],
    evaluation: Evaluation::Kernel(|call| Ok(kernel(call))),
};
