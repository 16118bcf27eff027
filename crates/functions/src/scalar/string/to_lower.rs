use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::each1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TO_LOWER`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_lower",
    aliases: &[],
    category: Category::String,
    summary: "The string in lower case.",
    details: "Applied to each value of a list.",
    parameters: &[Parameter { name: "str", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = TO_LOWER("AbC")"#, result: "abc" }],
    evaluation: Evaluation::Kernel(|_| Ok(each1::<Strings, _>(to_lower))),
};

fn to_lower(text: &str) -> String {
    text.to_lowercase()
}
