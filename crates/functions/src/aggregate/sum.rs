use quarry_types::{Booleans, Cells, Column, DataType, Doubles, Integers, Layout, Longs};

use super::state::{Compensated, Nothing, column, each, vec_bytes};
use crate::definition::accept::{DOUBLE, WHOLE};
use crate::{
    Accumulator, AggregateFunction, BuildError, Call, Context, Example, Failure, Parameter, Returns, Signature,
};

/// `SUM`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "sum",
    aliases: &[],
    summary: "The sum of all values.",
    details: "Whole numbers sum up to a long, doubles to a double. Null where there is no value, and with a warning \
              where the sum doesn't fit.",
    parameters: &[Parameter { name: "number", description: "The numbers." }],
    signatures: &[
        Signature::new(
            &[WHOLE],
            Returns::With(|types| if types[0] == DataType::Null { DataType::Null } else { DataType::Long }),
        ),
        Signature::new(&[DOUBLE], Returns::Always(DataType::Double)),
    ],
    examples: &[Example { query: "ROW x = [1, 2], y = 0.5 | STATS x = SUM(x), y = SUM(y)", result: "3 | 0.5" }],
    inputs: 1,
    implicit: &[],
    build,
};

fn build(call: &Call<'_>) -> Result<Box<dyn Accumulator>, BuildError> {
    Ok(match call.types[0].layout() {
        Layout::Null => Box::new(Nothing(call.returns)),
        Layout::Float64 => Box::new(DoubleSum::default()),
        _ => Box::new(WholeSum::default()),
    })
}

/// Sums that can't overflow on the way, whatever the order of the values.
#[derive(Default)]
pub(super) struct WholeSums {
    sums: Vec<i128>,
    seen: Vec<bool>,
}

impl WholeSums {
    pub(super) fn resize(&mut self, group_count: usize) {
        self.sums.resize(group_count, 0);
        self.seen.resize(group_count, false);
    }

    pub(super) fn update(&mut self, groups: &[u32], numbers: &Column) {
        let mut add = |group: usize, value: i64| {
            self.sums[group] += i128::from(value);
            self.seen[group] = true;
        };
        match numbers.data_type().layout() {
            Layout::Int32 => each::<Integers>(numbers, groups, |group, value| add(group, i64::from(value))),
            _ => each::<Longs>(numbers, groups, add),
        }
    }

    /// The sums as two longs each; null where there was no value.
    pub(super) fn state(&mut self, group_count: usize) -> [Column; 2] {
        let this = std::mem::take(self);
        [64, 0].map(|shift| {
            column(DataType::Long, group_count, |group, out| {
                if let Some(sum) = this.get(group) {
                    out.push_i64((sum >> shift) as i64);
                }
            })
        })
    }

    pub(super) fn merge(&mut self, groups: &[u32], high: &Column, low: &Column) {
        let (Some(high), Some(low)): (Option<Cells<'_, Longs>>, Option<Cells<'_, Longs>>) = (high.cells(), low.cells())
        else {
            return;
        };
        for (row, group) in groups.iter().enumerate() {
            if let (Some(high), Some(low)) = (high.single(row), low.single(row)) {
                self.sums[*group as usize] += i128::from(high) << 64 | i128::from(low as u64);
                self.seen[*group as usize] = true;
            }
        }
    }

    /// The sum of a group that has values.
    pub(super) fn get(&self, group: usize) -> Option<i128> {
        self.seen.get(group).filter(|seen| **seen).map(|_| self.sums[group])
    }

    pub(super) fn memory_bytes(&self) -> usize {
        vec_bytes(&self.sums) + vec_bytes(&self.seen)
    }
}

#[derive(Default)]
struct WholeSum(WholeSums);

impl Accumulator for WholeSum {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.0.resize(group_count);
        self.0.update(groups, &inputs[0]);
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        self.0.state(group_count).into()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.0.resize(group_count);
        self.0.merge(groups, &state[0], &state[1]);
    }

    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column {
        let sums = std::mem::take(&mut self.0);
        column(DataType::Long, group_count, |group, out| match sums.get(group).map(i64::try_from) {
            Some(Ok(sum)) => out.push_i64(sum),
            Some(Err(_)) => context.warn(&Failure::arithmetic("long overflow")),
            None => {}
        })
    }

    fn memory_bytes(&self) -> usize {
        self.0.memory_bytes()
    }
}

/// Sums of doubles.
#[derive(Default)]
pub(super) struct DoubleSums {
    sums: Vec<Compensated>,
    seen: Vec<bool>,
}

impl DoubleSums {
    pub(super) fn resize(&mut self, group_count: usize) {
        self.sums.resize(group_count, Compensated::default());
        self.seen.resize(group_count, false);
    }

    #[inline]
    pub(super) fn add(&mut self, group: usize, value: f64) {
        self.sums[group].add(value);
        self.seen[group] = true;
    }

    /// The sums, what rounding lost of them, and whether there was a value.
    pub(super) fn state(&mut self, group_count: usize) -> [Column; 3] {
        let this = std::mem::take(self);
        let part = |pick: fn(Compensated) -> f64| {
            column(DataType::Double, group_count, |group, out| {
                out.push_f64(this.sums.get(group).copied().map_or(0.0, pick));
            })
        };
        let (sums, lost) = (part(|sum| sum.parts().0), part(|sum| sum.parts().1));
        let seen = column(DataType::Boolean, group_count, |group, out| {
            out.push_bool(this.seen.get(group).copied().unwrap_or(false));
        });
        [sums, lost, seen]
    }

    pub(super) fn merge(&mut self, groups: &[u32], state: &[Column]) {
        let (Some(sums), Some(lost), Some(seen)) =
            (state[0].cells::<Doubles>(), state[1].cells::<Doubles>(), state[2].cells::<Booleans>())
        else {
            return;
        };
        for (row, group) in groups.iter().enumerate() {
            let group = *group as usize;
            self.sums[group].merge(sums.single(row).unwrap_or(0.0), lost.single(row).unwrap_or(0.0));
            self.seen[group] |= seen.single(row).unwrap_or(false);
        }
    }

    /// The sum of a group that has values.
    pub(super) fn get(&self, group: usize) -> Option<f64> {
        self.seen.get(group).filter(|seen| **seen).map(|_| self.sums[group].value())
    }

    pub(super) fn memory_bytes(&self) -> usize {
        vec_bytes(&self.sums) + vec_bytes(&self.seen)
    }
}

#[derive(Default)]
struct DoubleSum(DoubleSums);

impl Accumulator for DoubleSum {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.0.resize(group_count);
        each::<Doubles>(&inputs[0], groups, |group, value| self.0.add(group, value));
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        self.0.state(group_count).into()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.0.resize(group_count);
        self.0.merge(groups, state);
    }

    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column {
        let sums = std::mem::take(&mut self.0);
        column(DataType::Double, group_count, |group, out| {
            if let Some(sum) = sums.get(group) {
                super::state::push_finite(context, out, sum);
            }
        })
    }

    fn memory_bytes(&self) -> usize {
        self.0.memory_bytes()
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, integers, rows_of};

    fn sum(data_type: DataType, rows: &[Row]) -> (Vec<Value>, Vec<String>) {
        Aggregation { name: "sum", types: &[data_type], constants: &[None] }.whole(&[data_type], rows, 1)
    }

    #[test]
    fn whole_numbers_sum_to_a_long() {
        assert_eq!(sum(DataType::Integer, &integers(&[i32::MAX, 1])).0, [Value::Long(1 << 31)]);
        assert_eq!(sum(DataType::Integer, &[]).0, [Value::Null]);
        assert_eq!(sum(DataType::Null, &[]).0, [Value::Null]);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_null() {
        let rows: Vec<Row> = [i64::MAX, 1].map(|v| (0, vec![Value::Long(v)])).into();
        let overflow = vec!["java.lang.ArithmeticException: long overflow".to_owned()];
        assert_eq!(sum(DataType::Long, &rows), (vec![Value::Null], overflow));
        let rows: Vec<Row> = [f64::MAX, f64::MAX].map(|v| (0, vec![Value::Double(v)])).into();
        let (values, warnings) = sum(DataType::Double, &rows);
        assert_eq!(values, [Value::Null]);
        assert_eq!(warnings, ["java.lang.ArithmeticException: not a finite double number: Infinity"]);
        let rows: Vec<Row> = [i64::MAX, 1, -1].map(|v| (0, vec![Value::Long(v)])).into();
        assert_eq!(sum(DataType::Long, &rows).0, [Value::Long(i64::MAX)]);
    }

    #[test]
    fn rounding_errors_cancel_out() {
        let rows: Vec<Row> = [1.0, 1e100, 1.0, -1e100].map(|v| (0, vec![Value::Double(v)])).into();
        assert_eq!(sum(DataType::Double, &rows).0, [Value::Double(2.0)]);
    }

    #[test]
    fn parts_make_the_whole() {
        for data_type in [DataType::Integer, DataType::Long, DataType::Double, DataType::Null] {
            let aggregation = Aggregation { name: "sum", types: &[data_type], constants: &[None] };
            aggregation.check_parts(&[data_type], &rows_of(data_type), 5);
        }
    }
}
