use super::spans::{CONTAINED, TWO_RANGES, relation, within};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `RANGE_WITHIN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "range_within",
    aliases: &[],
    category: Category::Range,
    summary: "Whether a value, or all of a range, lies in another range.",
    details: "A range ends before its end.",
    parameters: TWO_RANGES,
    signatures: &CONTAINED,
    examples: &[Example { query: r#"ROW x = RANGE_WITHIN(3.5, TO_DOUBLE_RANGE("1..3.5"))"#, result: "false" }],
    evaluation: Evaluation::Kernel(|call| Ok(relation(call, within, within))),
};
