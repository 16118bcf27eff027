use quarry_types::DataType;

use super::kind::{Kind, by_kind, per_row};
use crate::aggregate::state::constant;
use crate::definition::accept::{ORDERED, STRING, UNSIGNED_LONG};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `MV_SORT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_sort",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The values of a list in order.",
    details: "Strings compare byte by byte, versions as versions, false comes before true.",
    parameters: &[
        Parameter { name: "field", description: "The values." },
        Parameter { name: "order", description: "`ASC` or `DESC`, a constant; `ASC` by default." },
    ],
    signatures: &[Signature::new(&[ORDERED.or(UNSIGNED_LONG), STRING], Returns::Argument(0)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = [3, 1, 2] | EVAL a = MV_SORT(x), b = MV_SORT(x, "DESC") | KEEP a, b"#,
        result: "[1, 2, 3] | [3, 2, 1]",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let descending = match call.types.len() {
        1 => false,
        _ => {
            let order = constant(call, 1)?;
            match order.as_str() {
                Some(text) if text.eq_ignore_ascii_case("asc") => false,
                Some(text) if text.eq_ignore_ascii_case("desc") => true,
                _ => {
                    return Err(BuildError(format!(
                        "Invalid order value in [{}], expected one of [ASC, DESC] but got [{order}]",
                        call.source
                    )));
                }
            }
        }
    };
    Ok(by_kind!(call.types[0], E => kernel::<E>(call.returns, descending)))
}

fn kernel<E: Kind>(returns: DataType, descending: bool) -> Kernel {
    per_row::<E>(returns, move |cells, row, out| {
        let mut values: Vec<_> = cells.row(row).collect();
        values.sort_by(|a, b| if descending { E::order(*b, *a) } else { E::order(*a, *b) });
        values.into_iter().for_each(|value| E::push(out, value));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn lists_are_sorted_either_way() {
        let list = |texts: [&str; 3]| Value::List(texts.map(Value::from).to_vec());
        let sort = |order: &str| {
            call("mv_sort", &[(DataType::Keyword, list(["b", "B", "a"])), (DataType::Keyword, order.into())])
        };
        assert_eq!(sort("asc").unwrap().0, list(["B", "a", "b"]));
        assert_eq!(sort("DESC").unwrap().0, list(["b", "a", "B"]));
        assert_eq!(
            sort("up").unwrap_err(),
            "Invalid order value in [mv_sort], expected one of [ASC, DESC] but got [up]"
        );
    }
}
