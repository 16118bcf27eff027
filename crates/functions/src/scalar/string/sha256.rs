use quarry_types::{DataType, Strings};

use super::hash::Algorithm;
use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `SHA256`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "sha256",
    aliases: &[],
    category: Category::String,
    summary: "The SHA-256 digest of a string, in lower-case hexadecimal digits.",
    details: "",
    parameters: &[Parameter { name: "input", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW x = SHA256("hello")"#,
        result: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(|text| Algorithm::Sha256.digest(text)))),
};
