use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map2;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `ENDS_WITH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "ends_with",
    aliases: &[],
    category: Category::String,
    summary: "Whether a string ends with another.",
    details: "",
    parameters: &[
        Parameter { name: "str", description: "The string." },
        Parameter { name: "suffix", description: "What it should end with." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: r#"ROW x = ENDS_WITH("abc", "bc")"#, result: "true" }],
    evaluation: Evaluation::Kernel(|_| Ok(map2::<Strings, Strings, _>(ends_with))),
};

fn ends_with(text: &str, suffix: &str) -> bool {
    text.ends_with(suffix)
}
