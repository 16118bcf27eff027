use quarry_types::DataType;

use super::rewritten;
use crate::definition::accept::STRING;
use crate::{Category, Example, Parameter, Returns, ScalarFunction, Signature};

/// `MATCH_PHRASE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "match_phrase",
    aliases: &[],
    category: Category::Search,
    summary: "Whether a field has the words of a phrase, one right after the other.",
    details: "Case doesn't count. A keyword field must have the phrase as a whole value. Never null.",
    parameters: &[
        Parameter { name: "field", description: "The field." },
        Parameter { name: "query", description: "The phrase, constant." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example {
        query: r#"ROW x = TO_TEXT("Failed password for root") | WHERE MATCH_PHRASE(x, "password FOR") | EVAL y = 1 | KEEP y"#,
        result: "1",
    }],
    evaluation: rewritten(),
};
