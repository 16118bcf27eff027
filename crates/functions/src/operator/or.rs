use super::logic::Truth;
use crate::definition::accept::BOOLEAN;
use crate::operator::arithmetic::PARAMETERS;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};
use quarry_types::DataType;

/// `OR`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "or",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether either side is true.",
    details: "True where either side is true, even if the other is null.",
    parameters: PARAMETERS,
    signatures: &[Signature::new(&[BOOLEAN, BOOLEAN], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: "ROW x = true OR null, y = false OR null", result: "true | null" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let (a, b) = (Truth::of(&columns[0], context.rows), Truth::of(&columns[1], context.rows));
            Truth { is_true: &a.is_true | &b.is_true, is_false: &a.is_false & &b.is_false }.into_column()
        }))
    }),
};
