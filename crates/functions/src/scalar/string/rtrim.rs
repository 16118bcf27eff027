use quarry_types::{DataType, Strings};

use super::trim::is_blank;
use crate::definition::accept::STRING;
use crate::lift::map1_as;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `RTRIM`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "rtrim",
    aliases: &[],
    category: Category::String,
    summary: "The string without trailing white space.",
    details: "",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = CONCAT("[", RTRIM(" a  "), "]")"#, result: "[ a]" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1_as::<Strings, String>(DataType::Keyword, rtrim))),
};

fn rtrim(text: &str) -> String {
    text.trim_end_matches(is_blank).to_owned()
}
