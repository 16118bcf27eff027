use quarry_types::{DataType, Doubles, Element, Integers, Layout, Longs, UnsignedLongs};

use super::kind::{FIELD, Kind, per_row};
use super::mv_median::{Middle, median};
use crate::definition::accept::NUMERIC;
use crate::lift::Output;
use crate::{Category, Evaluation, Example, Failure, Kernel, Returns, ScalarFunction, Signature};

/// `MV_MEDIAN_ABSOLUTE_DEVIATION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_median_absolute_deviation",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The median of the distances between each value of a list and their median.",
    details: "Of the type of the values: medians of whole numbers are rounded down.",
    parameters: FIELD,
    signatures: &[Signature::new(&[NUMERIC], Returns::Argument(0))],
    examples: &[Example {
        query: "ROW x = [1, 2, 9] | EVAL y = MV_MEDIAN_ABSOLUTE_DEVIATION(x) | KEEP y",
        result: "1",
    }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(match call.types[0].layout() {
            Layout::Int32 => {
                kernel::<Integers, i32>(call.returns, |a, b| distance(a.checked_sub(b), b.checked_sub(a), "integer"))
            }
            Layout::Int64 => {
                kernel::<Longs, i64>(call.returns, |a, b| distance(a.checked_sub(b), b.checked_sub(a), "long"))
            }
            Layout::UInt64 => kernel::<UnsignedLongs, u64>(call.returns, |a, b| Ok(a.abs_diff(b))),
            _ => kernel::<Doubles, f64>(call.returns, |a, b| Ok((a - b).abs())),
        })
    }),
};

/// The larger of two differences, neither of which may have overflowed.
fn distance<T: Ord>(a: Option<T>, b: Option<T>, name: &str) -> Result<T, Failure> {
    a.zip(b).map(|(a, b)| a.max(b)).ok_or_else(|| Failure::arithmetic(format!("{name} overflow")))
}

fn kernel<E, T: Middle>(returns: DataType, distance: fn(T, T) -> Result<T, Failure>) -> Kernel
where
    E: for<'a> Element<Item<'a> = T> + Kind,
{
    per_row::<E>(returns, move |cells, row, out| {
        let mut values: Vec<T> = cells.row(row).collect();
        values.sort_unstable_by(|a, b| E::order(*a, *b));
        let Some(middle) = median(&values) else { return Ok(()) };
        for value in &mut values {
            *value = distance(*value, middle)?;
        }
        values.sort_unstable_by(|a, b| E::order(*a, *b));
        median(&values).push_to(out)
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn distances_to_the_median_count() {
        let deviation = |t: DataType, values: Vec<Value>| {
            call("mv_median_absolute_deviation", &[(t, Value::from_elements(values))]).unwrap()
        };
        assert_eq!(deviation(DataType::Integer, [1, 2, 4, 12].map(Value::from).to_vec()).0, Value::Integer(1));
        assert_eq!(deviation(DataType::Double, [1.0, 2.0, 5.0].map(Value::from).to_vec()).0, Value::Double(1.0));
        let (value, warnings) = deviation(DataType::Long, [i64::MIN, i64::MAX, i64::MAX].map(Value::from).to_vec());
        assert_eq!((value, warnings.len()), (Value::Null, 1));
    }
}
