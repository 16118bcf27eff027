use quarry_types::{DataType, Integers};

use super::limit::{limited, times};
use crate::definition::accept::INTEGER;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `SPACE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "space",
    aliases: &[],
    category: Category::String,
    summary: "A string of so many blanks.",
    details: "A negative number gives null and a warning, so does a result of more than 1 MiB.",
    parameters: &[Parameter { name: "number", description: "How many blanks." }],
    signatures: &[Signature::new(&[INTEGER], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = CONCAT("a", SPACE(3), "b")"#, result: "a   b" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Integers, _>(space))),
};

fn space(number: i32) -> Result<String, Failure> {
    let count = times(number)?;
    limited(count)?;
    Ok(" ".repeat(count))
}
