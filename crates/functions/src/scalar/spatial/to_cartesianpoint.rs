use quarry_types::DataType;

use super::convert::{CARTESIAN_POINT, kernel};
use crate::definition::accept::STRING;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TO_CARTESIANPOINT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_cartesianpoint",
    aliases: &[],
    category: Category::Spatial,
    summary: "The point in a plane that a text spells.",
    details: "Well-known text. Applied to each value of a list; one that can't be read is left out, with a warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[CARTESIAN_POINT.or(STRING)], Returns::Always(DataType::CartesianPoint))],
    examples: &[Example { query: r#"ROW x = TO_CARTESIANPOINT("POINT(3 4.5)")"#, result: "POINT (3.0 4.5)" }],
    evaluation: Evaluation::Kernel(|call| Ok(kernel(call))),
};
