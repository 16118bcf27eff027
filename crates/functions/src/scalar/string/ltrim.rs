use quarry_types::{DataType, Strings};

use super::trim::is_blank;
use crate::definition::accept::STRING;
use crate::lift::map1_as;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `LTRIM`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "ltrim",
    aliases: &[],
    category: Category::String,
    summary: "The string without leading white space.",
    details: "",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = CONCAT("[", LTRIM("  a "), "]")"#, result: "[a ]" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1_as::<Strings, String>(DataType::Keyword, ltrim))),
};

fn ltrim(text: &str) -> String {
    text.trim_start_matches(is_blank).to_owned()
}
