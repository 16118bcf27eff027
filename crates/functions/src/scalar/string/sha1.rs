use quarry_types::{DataType, Strings};

use super::hash::Algorithm;
use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `SHA1`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "sha1",
    aliases: &[],
    category: Category::String,
    summary: "The SHA-1 digest of a string, in lower-case hexadecimal digits.",
    details: "",
    parameters: &[Parameter { name: "input", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = SHA1("hello")"#, result: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(|text| Algorithm::Sha1.digest(text)))),
};
