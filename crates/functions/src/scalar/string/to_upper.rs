use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::each1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TO_UPPER`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_upper",
    aliases: &[],
    category: Category::String,
    summary: "The string in upper case.",
    details: "Applied to each value of a list.",
    parameters: &[Parameter { name: "str", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = TO_UPPER("AbC")"#, result: "ABC" }],
    evaluation: Evaluation::Kernel(|_| Ok(each1::<Strings, _>(to_upper))),
};

fn to_upper(text: &str) -> String {
    text.to_uppercase()
}
