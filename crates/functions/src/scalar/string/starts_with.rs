use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map2;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `STARTS_WITH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "starts_with",
    aliases: &[],
    category: Category::String,
    summary: "Whether a string begins with another.",
    details: "",
    parameters: &[
        Parameter { name: "str", description: "The string." },
        Parameter { name: "prefix", description: "What it should begin with." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: r#"ROW x = STARTS_WITH("abc", "ab")"#, result: "true" }],
    evaluation: Evaluation::Kernel(|_| Ok(map2::<Strings, Strings, _>(starts_with))),
};

fn starts_with(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
}
