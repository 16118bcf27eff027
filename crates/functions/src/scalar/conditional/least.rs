use std::cmp::Ordering;

use super::extreme;
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `LEAST`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "least",
    aliases: &[],
    category: Category::Conditional,
    summary: "The smallest of its arguments.",
    details: "Of a list the smallest value counts. Null as soon as one argument is null.",
    parameters: extreme::PARAMETERS,
    signatures: &extreme::SIGNATURES,
    examples: &[Example { query: "ROW x = LEAST(4, [5, 3], 6)", result: "3" }],
    evaluation: Evaluation::Kernel(|call| Ok(extreme::kernel(call, Ordering::Less))),
};
