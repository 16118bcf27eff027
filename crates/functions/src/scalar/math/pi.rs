use quarry_types::DataType;

use crate::lift::constant;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `PI`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "pi",
    aliases: &[],
    category: Category::Math,
    summary: "The ratio of a circle's circumference to its diameter.",
    details: "",
    parameters: &[],
    signatures: &[Signature::new(&[], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = PI()", result: "3.141592653589793" }],
    evaluation: Evaluation::Kernel(|_| Ok(constant(DataType::Double, std::f64::consts::PI.into()))),
};
