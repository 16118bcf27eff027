use quarry_types::DataType;

use crate::definition::accept::{ANY, BOOLEAN};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `CASE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "case",
    aliases: &[],
    category: Category::Conditional,
    summary: "The value that follows the first condition that is true.",
    details: "Takes pairs of condition and value, and at the end optionally a value for when no condition holds; \
              without it that is null. A condition that is null counts as false; one that is a list too, with a \
              warning. Values are computed only for the rows that reach them.",
    parameters: &[
        Parameter { name: "condition", description: "A condition." },
        Parameter { name: "trueValue", description: "The value where it holds." },
    ],
    // The alternation of conditions and values is the analyser's business.
    signatures: &[Signature::new(&[BOOLEAN, ANY], Returns::With(returns)).variadic()],
    examples: &[
        Example {
            query: r#"ROW kb = 70 | EVAL x = CASE(kb < 10, "small", kb < 100, "medium", "large") | KEEP x"#,
            result: "medium",
        },
        Example { query: r#"ROW x = CASE(1 > 2, "a", "b")"#, result: "b" },
    ],
    evaluation: Evaluation::Case,
};

fn returns(types: &[DataType]) -> DataType {
    values(types).fold(DataType::Null, |a, b| a.common(b).unwrap_or(a)).without_text()
}

/// The types of the values among the arguments: every second one, and the last of an odd number.
fn values(types: &[DataType]) -> impl Iterator<Item = DataType> {
    let last = types.len() - 1;
    types.iter().enumerate().filter(move |(i, _)| i % 2 == 1 || *i == last && i % 2 == 0).map(|(_, t)| *t)
}
