use quarry_types::{Column, DataType, Value};

use super::kind::{Kind, by_kind};
use crate::definition::accept::{DATE, DATE_NANOS, DOUBLE, INTEGER, IP, LONG, STRING, UNSIGNED_LONG, VERSION};
use crate::lift::build_rows;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

const BOOL: Returns = Returns::Always(DataType::Boolean);

/// `MV_IN_RANGE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_in_range",
    aliases: &[],
    category: Category::MultiValue,
    summary: "Whether a list has a value between two bounds.",
    details: "The bounds themselves count, unless the options `include_lower` and `include_upper` say otherwise. \
              False where an argument is null.",
    parameters: &[
        Parameter { name: "field", description: "The values." },
        Parameter { name: "lower", description: "The lower bound." },
        Parameter { name: "upper", description: "The upper bound." },
    ],
    signatures: &[
        Signature::new(&[INTEGER, INTEGER, INTEGER], BOOL),
        Signature::new(&[LONG, LONG, LONG], BOOL),
        Signature::new(&[UNSIGNED_LONG, UNSIGNED_LONG, UNSIGNED_LONG], BOOL),
        Signature::new(&[DOUBLE, DOUBLE, DOUBLE], BOOL),
        Signature::new(&[STRING, STRING, STRING], BOOL),
        Signature::new(&[DATE, DATE, DATE], BOOL),
        Signature::new(&[DATE_NANOS, DATE_NANOS, DATE_NANOS], BOOL),
        Signature::new(&[IP, IP, IP], BOOL),
        Signature::new(&[VERSION, VERSION, VERSION], BOOL),
    ],
    examples: &[Example {
        query: "ROW x = [1, 5] | EVAL y = MV_IN_RANGE(x, 4, 6), z = MV_IN_RANGE(x, 2, 4) | KEEP y, z",
        result: "true | false",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let flag = |name: &str| match call.option(name) {
        None => Ok(true),
        Some(Value::Boolean(flag)) => Ok(*flag),
        Some(other) => Err(BuildError(format!(
            "Invalid option [{name}] in [{}], expected a [BOOLEAN] value, found [{other}]",
            call.source
        ))),
    };
    if let Some((name, _)) =
        call.options.iter().find(|(name, _)| !matches!(name.as_str(), "include_lower" | "include_upper"))
    {
        return Err(BuildError(format!(
            "Invalid option [{name}] in [{}], expected one of [include_lower, include_upper]",
            call.source
        )));
    }
    let (lower, upper) = (flag("include_lower")?, flag("include_upper")?);
    Ok(by_kind!(call.types[0], E => kernel::<E>(lower, upper)))
}

fn kernel<E: Kind>(include_lower: bool, include_upper: bool) -> Kernel {
    Box::new(move |context, columns| {
        let (Some(values), Some(lower), Some(upper)) =
            (columns[0].cells::<E>(), columns[1].cells::<E>(), columns[2].cells::<E>())
        else {
            return Column::constant(DataType::Boolean, &false.into(), context.rows);
        };
        build_rows(context, DataType::Boolean, &columns[..3], |row, out| {
            if lower.range(row).len() > 1 || upper.range(row).len() > 1 {
                return Err(Failure::multi_value());
            }
            let found = match (lower.single(row), upper.single(row)) {
                (Some(lower), Some(upper)) => values.row(row).any(|value| {
                    let (above, below) = (E::order(value, lower), E::order(value, upper));
                    (above.is_gt() || include_lower && above.is_eq())
                        && (below.is_lt() || include_upper && below.is_eq())
                }),
                _ => false,
            };
            out.push_bool(found);
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn bounds_count_and_null_is_outside() {
        let in_range = |x: Value, lower: i32, upper: i32| {
            let bounds = [lower, upper].map(|n| (DataType::Integer, n.into()));
            let arguments = [(DataType::Integer, x), bounds[0].clone(), bounds[1].clone()];
            call("mv_in_range", &arguments).unwrap().0
        };
        assert_eq!(in_range(Value::List(vec![1.into(), 9.into()]), 9, 10), true.into());
        assert_eq!(in_range(Value::List(vec![1.into(), 9.into()]), 2, 8), false.into());
        assert_eq!(in_range(Value::Null, 2, 8), false.into());
    }
}
