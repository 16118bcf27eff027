use super::kind::{FIELD, by_kind, per_row, push_distinct};
use crate::definition::accept::ANY;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `MV_DEDUPE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_dedupe",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The list without repetitions.",
    details: "Values stay in the order in which they first occur.",
    parameters: FIELD,
    signatures: &[Signature::new(&[ANY], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [2, 1, 2] | EVAL y = MV_DEDUPE(x) | KEEP y", result: "[2, 1]" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(by_kind!(call.types[0], E => {
            per_row::<E>(call.returns, |cells, row, out| {
                let values: Vec<_> = cells.row(row).collect();
                push_distinct::<E>(&values, out);
                Ok(())
            })
        }))
    }),
};
