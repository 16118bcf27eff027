use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `BIT_LENGTH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "bit_length",
    aliases: &[],
    category: Category::String,
    summary: "The number of bits that a string takes in UTF-8.",
    details: "",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Integer))],
    examples: &[Example { query: r#"ROW x = BIT_LENGTH("né")"#, result: "24" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(bit_length))),
};

fn bit_length(text: &str) -> Result<i32, Failure> {
    text.len()
        .checked_mul(8)
        .and_then(|bits| i32::try_from(bits).ok())
        .ok_or_else(|| Failure::arithmetic("integer overflow"))
}
