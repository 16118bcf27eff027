use quarry_types::DataType;

use crate::lift::constant;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `TAU`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "tau",
    aliases: &[],
    category: Category::Math,
    summary: "The ratio of a circle's circumference to its radius.",
    details: "",
    parameters: &[],
    signatures: &[Signature::new(&[], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = TAU()", result: "6.283185307179586" }],
    evaluation: Evaluation::Kernel(|_| Ok(constant(DataType::Double, std::f64::consts::TAU.into()))),
};
