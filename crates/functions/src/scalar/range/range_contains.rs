use super::spans::{CONTAINING, TWO_RANGES, relation, within};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `RANGE_CONTAINS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "range_contains",
    aliases: &[],
    category: Category::Range,
    summary: "Whether a range contains a value, or all of another range.",
    details: "A range ends before its end.",
    parameters: TWO_RANGES,
    signatures: &CONTAINING,
    examples: &[Example {
        query: r#"ROW x = RANGE_CONTAINS(TO_DATE_RANGE("2024-01-01..2024-02-01"), "2024-01-31"::date)"#,
        result: "true",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(relation(call, |a, b| within(b, a), |a, b| within(b, a)))),
};
