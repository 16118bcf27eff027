use quarry_types::number::format_double;
use quarry_types::{Cells, Column, DataType, Doubles, Element, Integers, Layout, Longs};

use super::kind::Kind;
use crate::definition::accept::SIGNED;
use crate::lift::{Output, build_rows};
use crate::scalar::math::double::widen;
use crate::{Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `MV_PERCENTILE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_percentile",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The value below which a percentage of the values of a list lie.",
    details: "Between two values it changes evenly; whole numbers are rounded down. Null with a warning where the \
              percentage isn't between 0 and 100.",
    parameters: &[
        Parameter { name: "number", description: "The numbers." },
        Parameter { name: "percentile", description: "The percentage." },
    ],
    signatures: &[Signature::new(&[SIGNED, SIGNED], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [10, 20, 40] | EVAL y = MV_PERCENTILE(x, 75) | KEEP y", result: "30" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(match call.types[0].layout() {
            Layout::Int32 => kernel::<Integers, i32>(call.returns, |low, high, part| {
                low + (part * (f64::from(high) - f64::from(low))) as i32
            }),
            Layout::Int64 => kernel::<Longs, i64>(call.returns, |low, high, part| {
                // The distance may be too large for a long; half of it at most is added at a time.
                let step = part * (i128::from(high) - i128::from(low)) as f64;
                (i128::from(low) + step as i128).clamp(i128::from(low), i128::from(high)) as i64
            }),
            _ => kernel::<Doubles, f64>(call.returns, |low, high, part| low + part * (high - low)),
        })
    }),
};

fn kernel<E, T: Copy + Output + 'static>(returns: DataType, between: fn(T, T, f64) -> T) -> Kernel
where
    E: for<'a> Element<Item<'a> = T> + Kind,
{
    Box::new(move |context, columns| {
        let percentages = widen(&columns[1]);
        let (Some(numbers), Some(percentages)): (Option<Cells<'_, E>>, Option<Cells<'_, Doubles>>) =
            (columns[0].cells(), percentages.cells())
        else {
            return Column::nulls(returns, context.rows);
        };
        build_rows(context, returns, &columns[..2], |row, out| {
            if percentages.range(row).len() > 1 {
                return Err(Failure::multi_value());
            }
            let Some(percentage) = percentages.single(row) else { return Ok(()) };
            let mut values: Vec<T> = numbers.row(row).collect();
            let Some(last) = values.len().checked_sub(1) else { return Ok(()) };
            if !(0.0..=100.0).contains(&percentage) {
                return Err(Failure::illegal_argument(format!(
                    "Percentile parameter must be a number between 0 and 100, found [{}]",
                    format_double(percentage)
                )));
            }
            values.sort_unstable_by(|a, b| E::order(*a, *b));
            let rank = percentage / 100.0 * last as f64;
            let (low, high) = (rank.floor() as usize, rank.ceil() as usize);
            between(values[low], values[high], rank - low as f64).push_to(out)
        })
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn percentiles_lie_between_neighbours() {
        let percentile = |t: DataType, values: Vec<Value>, p: f64| {
            call("mv_percentile", &[(t, Value::from_elements(values)), (DataType::Double, p.into())]).unwrap()
        };
        assert_eq!(percentile(DataType::Integer, [7, 1].map(Value::from).to_vec(), 25.0).0, Value::Integer(2));
        assert_eq!(percentile(DataType::Double, [7.0, 1.0].map(Value::from).to_vec(), 25.0).0, Value::Double(2.5));
        let extremes = [i64::MIN, i64::MAX].map(Value::from).to_vec();
        assert_eq!(percentile(DataType::Long, extremes.clone(), 100.0).0, Value::Long(i64::MAX));
        assert_eq!(percentile(DataType::Long, extremes, 0.0).0, Value::Long(i64::MIN));
        assert_eq!(
            percentile(DataType::Integer, vec![1.into()], 101.0).1,
            [
                "java.lang.IllegalArgumentException: Percentile parameter must be a number between 0 and 100, found [101.0]"
            ]
        );
    }
}
