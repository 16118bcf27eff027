use quarry_types::DataType;

use super::rewritten;
use crate::definition::accept::STRING;
use crate::{Category, Example, Parameter, Returns, ScalarFunction, Signature};

/// `QSTR`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "qstr",
    aliases: &[],
    category: Category::Search,
    summary: "Filters with a query in the syntax of Lucene: `field:value AND other:[1 TO 5]`.",
    details: "Terms with `*` and `?`, phrases in quotes, ranges, regular expressions in slashes, `name~1` for similar \
              words, `_exists_:field`, AND, OR, NOT, `+`, `-` and parentheses. A term without a field is looked for in \
              all fields. A field that doesn't exist matches nothing. Options: `default_field`, `default_operator`, \
              `lenient`. Never null.",
    parameters: &[Parameter { name: "query", description: "The query, constant." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: r#"ROW x = 3, y = "web" | WHERE QSTR("x:[1 TO 5] AND y:w*") | KEEP x"#, result: "3" }],
    evaluation: rewritten(),
};
