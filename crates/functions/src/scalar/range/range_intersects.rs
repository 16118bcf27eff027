use super::spans::{EITHER, TWO_RANGES, overlap, relation};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `RANGE_INTERSECTS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "range_intersects",
    aliases: &[],
    category: Category::Range,
    summary: "Whether two ranges have a value in common.",
    details: "A range ends before its end. A single value is a range of nothing else.",
    parameters: TWO_RANGES,
    signatures: &EITHER,
    examples: &[Example {
        query: r#"ROW x = RANGE_INTERSECTS(TO_RANGE(1.0, 3.0), TO_RANGE(2.5, 9.0))"#,
        result: "true",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(relation(call, overlap, overlap))),
};
