use quarry_types::{DataType, Integers, Strings};

use super::limit::{limited, times};
use crate::definition::accept::{INTEGER, STRING};
use crate::lift::map2;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `REPEAT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "repeat",
    aliases: &[],
    category: Category::String,
    summary: "A string so many times in a row.",
    details: "A negative number gives null and a warning, so does a result of more than 1 MiB.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "number", description: "How many times." },
    ],
    signatures: &[Signature::new(&[STRING, INTEGER], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = REPEAT("na", 3)"#, result: "nanana" }],
    evaluation: Evaluation::Kernel(|_| Ok(map2::<Strings, Integers, _>(repeat))),
};

fn repeat(text: &str, number: i32) -> Result<String, Failure> {
    let count = times(number)?;
    limited(text.len().saturating_mul(count))?;
    Ok(text.repeat(count))
}
