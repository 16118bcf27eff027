use quarry_types::{DataType, Strings};

use super::hash::Algorithm;
use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `MD5`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "md5",
    aliases: &[],
    category: Category::String,
    summary: "The MD5 digest of a string, in lower-case hexadecimal digits.",
    details: "",
    parameters: &[Parameter { name: "input", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = MD5("hello")"#, result: "5d41402abc4b2a76b9719d911017c592" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(|text| Algorithm::Md5.digest(text)))),
};
