use crate::operator::arithmetic::PARAMETERS;
use crate::operator::comparison::{self, Comparison};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `!=`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "not_equals",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether two values differ.",
    details: "Null where either side is null, or a list.",
    parameters: PARAMETERS,
    signatures: &comparison::EQUALITY,
    examples: &[Example { query: "ROW x = 1 != 2", result: "true" }],
    evaluation: Evaluation::Kernel(|call| Ok(comparison::kernel(call, Comparison::NotEqual))),
};
