use super::logic::Truth;
use crate::definition::accept::BOOLEAN;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};
use quarry_types::DataType;

/// `NOT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "not",
    aliases: &[],
    category: Category::Operator,
    summary: "Turns true into false and false into true.",
    details: "Null stays null.",
    parameters: &[Parameter { name: "field", description: "The condition." }],
    signatures: &[Signature::new(&[BOOLEAN], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: "ROW x = NOT true, y = NOT null", result: "false | null" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let Truth { is_true, is_false } = Truth::of(&columns[0], context.rows);
            Truth { is_true: is_false, is_false: is_true }.into_column()
        }))
    }),
};
