use std::cmp::Ordering;

use super::extreme;
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `GREATEST`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "greatest",
    aliases: &[],
    category: Category::Conditional,
    summary: "The largest of its arguments.",
    details: "Of a list the largest value counts. Null as soon as one argument is null.",
    parameters: extreme::PARAMETERS,
    signatures: &extreme::SIGNATURES,
    examples: &[Example { query: "ROW x = GREATEST(1, [5, 3], 2)", result: "5" }],
    evaluation: Evaluation::Kernel(|call| Ok(extreme::kernel(call, Ordering::Greater))),
};
