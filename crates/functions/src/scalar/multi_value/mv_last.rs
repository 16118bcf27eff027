use super::kind::{FIELD, Kind, by_kind, per_row};
use crate::definition::accept::ANY;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `MV_LAST`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_last",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The last value of a list.",
    details: "Lists that come out of an index have no defined order; those that a function made keep theirs.",
    parameters: FIELD,
    signatures: &[Signature::new(&[ANY], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [3, 2, 1] | EVAL y = MV_LAST(x) | KEEP y", result: "1" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(by_kind!(call.types[0], E => {
            per_row::<E>(call.returns, |cells, row, out| {
                cells.row(row).next_back().into_iter().for_each(|value| E::push(out, value));
                Ok(())
            })
        }))
    }),
};
