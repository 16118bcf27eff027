use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `BYTE_LENGTH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "byte_length",
    aliases: &[],
    category: Category::String,
    summary: "The number of bytes that a string takes in UTF-8.",
    details: "",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Integer))],
    examples: &[Example { query: r#"ROW x = BYTE_LENGTH("né")"#, result: "3" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(byte_length))),
};

fn byte_length(text: &str) -> i32 {
    i32::try_from(text.len()).unwrap_or(i32::MAX)
}
