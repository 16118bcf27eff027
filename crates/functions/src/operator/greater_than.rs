use crate::operator::arithmetic::PARAMETERS;
use crate::operator::comparison::{self, Comparison};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `>`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "greater_than",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether a value is larger than another.",
    details: "Null where either side is null, or a list.",
    parameters: PARAMETERS,
    signatures: &comparison::ORDER,
    examples: &[Example { query: "ROW x = 1 > 2", result: "false" }],
    evaluation: Evaluation::Kernel(|call| Ok(comparison::kernel(call, Comparison::Greater))),
};
