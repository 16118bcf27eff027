use super::logic::Truth;
use crate::definition::accept::BOOLEAN;
use crate::operator::arithmetic::PARAMETERS;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};
use quarry_types::DataType;

/// `AND`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "and",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether both sides are true.",
    details: "False where either side is false, even if the other is null.",
    parameters: PARAMETERS,
    signatures: &[Signature::new(&[BOOLEAN, BOOLEAN], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: "ROW x = false AND null, y = true AND null", result: "false | null" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let (a, b) = (Truth::of(&columns[0], context.rows), Truth::of(&columns[1], context.rows));
            Truth { is_true: &a.is_true & &b.is_true, is_false: &a.is_false | &b.is_false }.into_column()
        }))
    }),
};
