use quarry_types::{Doubles, Integers, Layout, Longs, UnsignedLongs};

use super::kind::{FIELD, Kind, per_row};
use crate::aggregate::state::Compensated;
use crate::definition::accept::NUMERIC;
use crate::lift::Output;
use crate::{Category, Evaluation, Example, Failure, Kernel, Returns, ScalarFunction, Signature};

/// `MV_SUM`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_sum",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The sum of the values of a list.",
    details: "Of the type of the values; null with a warning where it doesn't fit.",
    parameters: FIELD,
    signatures: &[Signature::new(&[NUMERIC], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [1, 2, 6] | EVAL y = MV_SUM(x) | KEEP y", result: "9" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(match call.types[0].layout() {
            Layout::Int32 => whole::<Integers, i32>("integer", i128::from),
            Layout::Int64 => whole::<Longs, i64>("long", i128::from),
            Layout::UInt64 => whole::<UnsignedLongs, u64>("unsigned_long", i128::from),
            _ => per_row::<Doubles>(call.returns, |cells, row, out| {
                let mut sum = Compensated::default();
                let values = cells.row(row);
                if values.len() == 0 {
                    return Ok(());
                }
                values.for_each(|value| sum.add(value));
                sum.value().push_to(out)
            }),
        })
    }),
};

fn whole<E, T>(name: &'static str, widen: fn(T) -> i128) -> Kernel
where
    E: for<'a> quarry_types::Element<Item<'a> = T> + Kind,
    T: TryFrom<i128> + crate::lift::NaturalType + 'static,
{
    per_row::<E>(<T as crate::lift::NaturalType>::DATA_TYPE, move |cells, row, out| {
        let values = cells.row(row);
        if values.len() == 0 {
            return Ok(());
        }
        let sum: i128 = values.map(widen).sum();
        T::try_from(sum).map_err(|_| Failure::arithmetic(format!("{name} overflow")))?.push_to(out)
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn a_sum_keeps_the_type() {
        for (data_type, a, b, message) in [
            (DataType::Integer, Value::Integer(i32::MAX), Value::Integer(1), "integer overflow"),
            (DataType::Long, Value::Long(i64::MAX), Value::Long(1), "long overflow"),
            (DataType::UnsignedLong, Value::UnsignedLong(u64::MAX), Value::UnsignedLong(1), "unsigned_long overflow"),
        ] {
            let (value, warnings) = call("mv_sum", &[(data_type, Value::List(vec![a.clone(), b]))]).unwrap();
            assert_eq!(value, Value::Null);
            assert_eq!(warnings, [format!("java.lang.ArithmeticException: {message}")]);
            assert_eq!(call("mv_sum", &[(data_type, a.clone())]).unwrap().0, a);
        }
        let list = Value::List(vec![0.5.into(), 0.25.into()]);
        assert_eq!(call("mv_sum", &[(DataType::Double, list)]).unwrap().0, Value::Double(0.75));
    }
}
