use quarry_types::DataType;

use super::kind::{FIELD, by_kind, per_row};
use crate::definition::accept::ANY;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `MV_COUNT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_count",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The number of values of a list.",
    details: "1 for a single value, null for null.",
    parameters: FIELD,
    signatures: &[Signature::new(&[ANY], Returns::Always(DataType::Integer))],
    examples: &[Example { query: r#"ROW x = ["a", "b", "a"] | EVAL y = MV_COUNT(x) | KEEP y"#, result: "3" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(by_kind!(call.types[0], E => {
            per_row::<E>(DataType::Integer, |cells, row, out| {
                match cells.range(row).len() {
                    0 => {}
                    count => out.push_i32(count as i32),
                }
                Ok(())
            })
        }))
    }),
};
