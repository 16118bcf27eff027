use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `LENGTH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "length",
    aliases: &[],
    category: Category::String,
    summary: "The number of characters of a string.",
    details: "Counts code points: `né` has 2, whatever its bytes.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Integer))],
    examples: &[Example { query: r#"ROW x = LENGTH("né")"#, result: "2" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(length))),
};

fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}
