use quarry_types::{DataType, Integers, Strings};

use crate::definition::accept::{INTEGER, STRING};
use crate::lift::map2_as;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `LEFT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "left",
    aliases: &[],
    category: Category::String,
    summary: "The first characters of a string.",
    details: "Counts code points. A length of zero or less gives the empty string, one beyond the end the whole \
              string.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "length", description: "How many characters." },
    ],
    signatures: &[Signature::new(&[STRING, INTEGER], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = LEFT("résumé.pdf", 6)"#, result: "résumé" }],
    evaluation: Evaluation::Kernel(|_| Ok(map2_as::<Strings, Integers, String>(DataType::Keyword, left))),
};

fn left(text: &str, length: i32) -> String {
    let length = usize::try_from(length).unwrap_or(0);
    super::substring::slice(text, 0, length).to_owned()
}
