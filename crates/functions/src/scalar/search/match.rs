use quarry_types::DataType;

use super::rewritten;
use crate::definition::accept::{BOOLEAN, DATE, DATE_NANOS, IP, NUMERIC, SIGNED, STRING, UNSIGNED_LONG, VERSION};
use crate::{Category, Example, Parameter, Returns, ScalarFunction, Signature};

const BOOL: Returns = Returns::Always(DataType::Boolean);

/// `MATCH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "match",
    aliases: &[],
    category: Category::Search,
    summary: "Whether a field has a value that is looked for.",
    details: "A text field is searched word by word, whatever the case: one word of the query is enough, unless the \
              option `operator` is `AND`. Any other field is compared with the query converted to its type; of a list \
              one value is enough. Never null, so that NOT keeps the rows without the field. `field : query` says the \
              same. Options: `operator`, `minimum_should_match`, `fuzziness`, `prefix_length`, `lenient`, \
              `zero_terms_query`; those that only change scores do nothing.",
    parameters: &[
        Parameter { name: "field", description: "The field." },
        Parameter { name: "query", description: "What is looked for, constant." },
    ],
    signatures: &[
        Signature::new(&[BOOLEAN, BOOLEAN.or(STRING)], BOOL),
        Signature::new(&[DATE, DATE.or(STRING)], BOOL),
        Signature::new(&[DATE_NANOS, DATE_NANOS.or(STRING)], BOOL),
        Signature::new(&[SIGNED, SIGNED.or(STRING)], BOOL),
        Signature::new(&[UNSIGNED_LONG, NUMERIC.or(STRING)], BOOL),
        Signature::new(&[IP, IP.or(STRING)], BOOL),
        Signature::new(&[STRING, STRING], BOOL),
        Signature::new(&[VERSION, VERSION.or(STRING)], BOOL),
    ],
    examples: &[Example { query: r#"ROW x = ["a", "b"] | WHERE MATCH(x, "b") | EVAL y = 1 | KEEP y"#, result: "1" }],
    evaluation: rewritten(),
};
