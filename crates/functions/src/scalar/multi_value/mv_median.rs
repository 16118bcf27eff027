use quarry_types::{Doubles, Integers, Layout, Longs, UnsignedLongs};

use super::kind::{FIELD, Kind, per_row};
use crate::definition::accept::NUMERIC;
use crate::lift::Output;
use crate::{Category, Evaluation, Example, Kernel, Returns, ScalarFunction, Signature};

/// `MV_MEDIAN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_median",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The middle value of a list; of an even number of values, the mean of the two in the middle.",
    details: "Of the type of the values: the mean of whole numbers is rounded down.",
    parameters: FIELD,
    signatures: &[Signature::new(&[NUMERIC], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [9, 1, 2, 5] | EVAL y = MV_MEDIAN(x) | KEEP y", result: "3" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(match call.types[0].layout() {
            Layout::Int32 => kernel::<Integers, i32>(call.returns),
            Layout::Int64 => kernel::<Longs, i64>(call.returns),
            Layout::UInt64 => kernel::<UnsignedLongs, u64>(call.returns),
            _ => kernel::<Doubles, f64>(call.returns),
        })
    }),
};

/// A number with a middle between it and another.
pub(super) trait Middle: Copy + Output + 'static {
    fn middle(self, other: Self) -> Self;
}

macro_rules! whole_middle {
    ($($type:ty),+) => {
        $(impl Middle for $type {
            fn middle(self, other: Self) -> Self {
                // Half the sum, rounded down, without the overflow of the sum.
                (self & other) + ((self ^ other) >> 1)
            }
        })+
    };
}

whole_middle!(i32, i64, u64);

impl Middle for f64 {
    fn middle(self, other: Self) -> Self {
        self / 2.0 + other / 2.0
    }
}

/// The median of sorted values.
pub(super) fn median<T: Middle>(sorted: &[T]) -> Option<T> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(sorted[middle - 1].middle(sorted[middle])),
    }
}

fn kernel<E, T: Middle>(returns: quarry_types::DataType) -> Kernel
where
    E: for<'a> quarry_types::Element<Item<'a> = T> + Kind,
{
    per_row::<E>(returns, |cells, row, out| {
        let mut values: Vec<T> = cells.row(row).collect();
        values.sort_unstable_by(|a, b| E::order(*a, *b));
        median(&values).push_to(out)
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn whole_numbers_are_rounded_down() {
        let median =
            |t: DataType, values: Vec<Value>| call("mv_median", &[(t, Value::from_elements(values))]).unwrap().0;
        assert_eq!(median(DataType::Integer, vec![5.into(), 2.into(), 9.into()]), Value::Integer(5));
        assert_eq!(median(DataType::Integer, vec![(-2).into(), 1.into()]), Value::Integer(-1));
        assert_eq!(median(DataType::Long, vec![i64::MAX.into(), (i64::MAX - 1).into()]), Value::Long(i64::MAX - 1));
        let unsigned = [1, u64::MAX].map(Value::UnsignedLong).to_vec();
        assert_eq!(median(DataType::UnsignedLong, unsigned), Value::UnsignedLong(1 << 63));
        assert_eq!(median(DataType::Double, vec![0.5.into(), 1.0.into()]), Value::Double(0.75));
        assert_eq!(median(DataType::Double, vec![]), Value::Null);
    }
}
