use quarry_types::DataType;

use crate::lift::constant;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `E`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "e",
    aliases: &[],
    category: Category::Math,
    summary: "Euler's number.",
    details: "",
    parameters: &[],
    signatures: &[Signature::new(&[], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = E()", result: "2.718281828459045" }],
    evaluation: Evaluation::Kernel(|_| Ok(constant(DataType::Double, std::f64::consts::E.into()))),
};
