use quarry_types::{Cells, Column, DataType, Doubles};

use crate::aggregate::state::{Compensated, constant};
use crate::definition::accept::DOUBLE;
use crate::lift::build_rows;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `MV_PSERIES_WEIGHTED_SUM`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_pseries_weighted_sum",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The sum of the values of a list, each divided by a power of its place.",
    details: "The first value counts in full, the second is divided by 2 to the power of `p`, and so on. Null with a \
              warning where the sum is too large.",
    parameters: &[
        Parameter { name: "number", description: "The numbers." },
        Parameter { name: "p", description: "The power; a constant." },
    ],
    signatures: &[Signature::new(&[DOUBLE, DOUBLE], Returns::Always(DataType::Double))],
    examples: &[Example {
        query: "ROW x = [8.0, 4.0, 9.0] | EVAL y = MV_PSERIES_WEIGHTED_SUM(x, 2.0) | KEEP y",
        result: "10.0",
    }],
    evaluation: Evaluation::Kernel(|call| {
        let returns = call.returns;
        let Some(p) = constant(call, 1)?.as_f64() else {
            return Ok(crate::lift::constant(returns, quarry_types::Value::Null));
        };
        Ok(Box::new(move |context, columns| {
            let Some(numbers): Option<Cells<'_, Doubles>> = columns[0].cells() else {
                return Column::nulls(returns, context.rows);
            };
            build_rows(context, returns, &columns[..1], |row, out| {
                if numbers.range(row).is_empty() {
                    return Ok(());
                }
                let sum = weighted_sum(numbers.row(row), p);
                if !sum.is_finite() {
                    return Err(Failure::arithmetic("double overflow"));
                }
                out.push_f64(sum);
                Ok(())
            })
        }))
    }),
};

fn weighted_sum(numbers: impl Iterator<Item = f64>, p: f64) -> f64 {
    let mut sum = Compensated::default();
    for (place, number) in (1u32..).zip(numbers) {
        sum.add(number / f64::from(place).powf(p));
    }
    sum.value()
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    fn of(numbers: &[f64], p: f64) -> crate::testing::Outcome {
        let list = Value::from_elements(numbers.iter().copied().map(Value::from).collect());
        call("mv_pseries_weighted_sum", &[(DataType::Double, list), (DataType::Double, p.into())]).unwrap()
    }

    #[test]
    fn later_values_count_less() {
        assert_eq!(of(&[], 1.0).0, Value::Null);
        assert_eq!(of(&[3.0], 9.0).0, Value::Double(3.0));
        assert_eq!(of(&[3.0, 4.0, 6.0], 1.0).0, Value::Double(7.0));
        assert_eq!(of(&[3.0, 4.0], 0.0).0, Value::Double(7.0));
    }

    #[test]
    fn a_sum_that_is_too_large_is_null() {
        let (value, warnings) = of(&[f64::MAX, f64::MAX], 0.0);
        assert_eq!(value, Value::Null);
        assert_eq!(warnings, ["java.lang.ArithmeticException: double overflow"]);
    }
}
