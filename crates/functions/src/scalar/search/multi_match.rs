use quarry_types::DataType;

use super::rewritten;
use crate::definition::accept::{ANY, BOOLEAN, DATES, IP, NUMERIC, STRING, VERSION};
use crate::{Category, Example, Parameter, Returns, ScalarFunction, Signature};

/// `MULTI_MATCH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "multi_match",
    aliases: &[],
    category: Category::Search,
    summary: "Whether one of several fields has a value that is looked for.",
    details: "Each field is searched as by MATCH, or with the option `type` set to `phrase` as by MATCH_PHRASE. A field \
              to whose type the query can't be converted doesn't match.",
    parameters: &[
        Parameter { name: "query", description: "What is looked for, constant." },
        Parameter { name: "fields", description: "The fields." },
    ],
    signatures: &[Signature::new(
        &[BOOLEAN.or(DATES).or(IP).or(NUMERIC).or(STRING).or(VERSION), ANY],
        Returns::Always(DataType::Boolean),
    )
    .variadic()],
    examples: &[Example { query: r#"ROW x = 1, y = "b" | WHERE MULTI_MATCH("b", x, y) | KEEP x"#, result: "1" }],
    evaluation: rewritten(),
};
