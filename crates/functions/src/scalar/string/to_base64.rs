use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `TO_BASE64`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_base64",
    aliases: &[],
    category: Category::String,
    summary: "The Base64 code of a string.",
    details: "Standard alphabet, with padding.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = TO_BASE64("quarry")"#, result: "cXVhcnJ5" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(to_base64))),
};

fn to_base64(text: &str) -> Result<String, Failure> {
    super::limit::limited(text.len().div_ceil(3).saturating_mul(4))?;
    Ok(STANDARD.encode(text))
}
