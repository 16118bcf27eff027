use super::kind::{FIELD, Kind, by_kind, per_row};
use crate::definition::accept::{ORDERED, UNSIGNED_LONG};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `MV_MAX`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_max",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The largest value of a list.",
    details: "Strings compare byte by byte, versions as versions, false comes before true.",
    parameters: FIELD,
    signatures: &[Signature::new(&[ORDERED.or(UNSIGNED_LONG)], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [2, 3, 1] | EVAL y = MV_MAX(x) | KEEP y", result: "3" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(by_kind!(call.types[0], E => {
            per_row::<E>(call.returns, |cells, row, out| {
                let value = cells.row(row).max_by(|a, b| E::order(*a, *b));
                value.into_iter().for_each(|value| E::push(out, value));
                Ok(())
            })
        }))
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn versions_compare_as_versions() {
        let list = Value::List(vec!["1.9.0".into(), "1.10.0".into()]);
        let expected = "1.10.0";
        assert_eq!(call("mv_max", &[(DataType::Version, list)]).unwrap().0, expected.into());
    }
}
