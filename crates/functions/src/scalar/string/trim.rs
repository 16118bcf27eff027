use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1_as;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TRIM`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "trim",
    aliases: &[],
    category: Category::String,
    summary: "The string without leading and trailing white space.",
    details: "",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = CONCAT("[", TRIM("  a  "), "]")"#, result: "[a]" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1_as::<Strings, String>(DataType::Keyword, trim))),
};

fn trim(text: &str) -> String {
    text.trim_matches(is_blank).to_owned()
}

/// White space as Java sees it: without the blanks at which lines must not break.
pub(super) fn is_blank(c: char) -> bool {
    match c {
        '\u{1c}'..='\u{1f}' => true,
        '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}' => false,
        c => c.is_whitespace(),
    }
}
