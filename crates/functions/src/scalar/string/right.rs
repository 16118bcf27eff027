use quarry_types::{DataType, Integers, Strings};

use crate::definition::accept::{INTEGER, STRING};
use crate::lift::map2_as;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `RIGHT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "right",
    aliases: &[],
    category: Category::String,
    summary: "The last characters of a string.",
    details: "Counts code points. A length of zero or less gives the empty string, one beyond the start the whole \
              string.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "length", description: "How many characters." },
    ],
    signatures: &[Signature::new(&[STRING, INTEGER], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = RIGHT("report.pdf", 3)"#, result: "pdf" }],
    evaluation: Evaluation::Kernel(|_| Ok(map2_as::<Strings, Integers, String>(DataType::Keyword, right))),
};

fn right(text: &str, length: i32) -> String {
    let length = usize::try_from(length).unwrap_or(0);
    match length.checked_sub(1) {
        None => String::new(),
        Some(last) => match text.char_indices().rev().nth(last) {
            Some((at, _)) => text[at..].to_owned(),
            None => text.to_owned(),
        },
    }
}
