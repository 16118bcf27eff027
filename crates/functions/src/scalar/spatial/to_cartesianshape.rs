use quarry_types::DataType;

use super::convert::kernel;
use super::shapes::CARTESIAN;
use crate::definition::accept::STRING;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TO_CARTESIANSHAPE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_cartesianshape",
    aliases: &[],
    category: Category::Spatial,
    summary: "The shape in a plane that a text spells.",
    details: "Well-known text. Applied to each value of a list; one that can't be read is left out, with a warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[CARTESIAN.or(STRING)], Returns::Always(DataType::CartesianShape))],
    examples: &[Example {
        query: r#"ROW x = TO_CARTESIANSHAPE("LINESTRING(0 0, 1 2)")"#,
        result: "LINESTRING (0.0 0.0, 1.0 2.0)",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(kernel(call))),
};
