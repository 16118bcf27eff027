use quarry_types::{DataType, Doubles, Integers, Layout, Longs, UnsignedLongs};

use super::kind::{FIELD, Kind, per_row};
use crate::aggregate::state::Compensated;
use crate::definition::accept::NUMERIC;
use crate::lift::Output;
use crate::{Category, Evaluation, Example, Kernel, Returns, ScalarFunction, Signature};

/// `MV_AVG`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_avg",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The mean of the values of a list.",
    details: "A double, whatever the numbers are.",
    parameters: FIELD,
    signatures: &[Signature::new(&[NUMERIC], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 2, 6] | EVAL y = MV_AVG(x) | KEEP y", result: "3.0" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(match call.types[0].layout() {
            Layout::Int32 => mean::<Integers>(f64::from),
            Layout::Int64 => mean::<Longs>(|value| value as f64),
            Layout::UInt64 => mean::<UnsignedLongs>(|value| value as f64),
            _ => mean::<Doubles>(|value| value),
        })
    }),
};

fn mean<E: Kind>(widen: fn(E::Item<'_>) -> f64) -> Kernel {
    per_row::<E>(DataType::Double, move |cells, row, out| {
        let mut sum = Compensated::default();
        cells.row(row).for_each(|value| sum.add(widen(value)));
        match cells.range(row).len() {
            0 => Ok(()),
            count => (sum.value() / count as f64).push_to(out),
        }
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn the_mean_is_a_double() {
        let list = Value::List(vec![Value::UnsignedLong(u64::MAX), Value::UnsignedLong(1)]);
        assert_eq!(
            call("mv_avg", &[(DataType::UnsignedLong, list)]).unwrap().0,
            Value::Double(9.223_372_036_854_776e18)
        );
        assert_eq!(call("mv_avg", &[(DataType::Integer, 4.into())]).unwrap().0, Value::Double(4.0));
        assert_eq!(call("mv_avg", &[(DataType::Integer, Value::Null)]).unwrap().0, Value::Null);
    }
}
