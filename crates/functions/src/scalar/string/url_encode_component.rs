use quarry_types::{DataType, Strings};

use super::url_encode::encode;
use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `URL_ENCODE_COMPONENT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "url_encode_component",
    aliases: &[],
    category: Category::String,
    summary: "The string as a part of the path of a URL.",
    details: "Letters, digits and `.-_~` stay, every other byte becomes `%` and two digits.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = URL_ENCODE_COMPONENT("a b/ü")"#, result: "a%20b%2F%C3%BC" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(|text| encode(text, "%20")))),
};
