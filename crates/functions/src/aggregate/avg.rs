use quarry_types::{Column, DataType, Doubles, Layout};

use super::state::{Nothing, column, each, vec_bytes};
use super::sum::{DoubleSums, WholeSums};
use crate::definition::accept::SIGNED;
use crate::{Accumulator, AggregateFunction, BuildError, Call, Context, Example, Parameter, Returns, Signature};

/// `AVG`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "avg",
    aliases: &[],
    summary: "The mean of all values.",
    details: "A double, whatever the numbers are. Null where there is no value.",
    parameters: &[Parameter { name: "number", description: "The numbers." }],
    signatures: &[Signature::new(&[SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 2, 6] | STATS x = AVG(x)", result: "3.0" }],
    inputs: 1,
    implicit: &[],
    build,
};

fn build(call: &Call<'_>) -> Result<Box<dyn Accumulator>, BuildError> {
    Ok(match call.types[0].layout() {
        Layout::Null => Box::new(Nothing(call.returns)),
        Layout::Float64 => Box::new(Mean { counts: Vec::new(), sums: Sums::Double(DoubleSums::default()) }),
        _ => Box::new(Mean { counts: Vec::new(), sums: Sums::Whole(WholeSums::default()) }),
    })
}

enum Sums {
    Whole(WholeSums),
    Double(DoubleSums),
}

struct Mean {
    counts: Vec<i64>,
    sums: Sums,
}

impl Mean {
    fn resize(&mut self, group_count: usize) {
        self.counts.resize(group_count, 0);
        match &mut self.sums {
            Sums::Whole(sums) => sums.resize(group_count),
            Sums::Double(sums) => sums.resize(group_count),
        }
    }

    fn sum(&self, group: usize) -> Option<f64> {
        match &self.sums {
            Sums::Whole(sums) => sums.get(group).map(|sum| sum as f64),
            Sums::Double(sums) => sums.get(group),
        }
    }
}

impl Accumulator for Mean {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.resize(group_count);
        let counts = &mut self.counts;
        match &mut self.sums {
            Sums::Whole(sums) => {
                super::state::each_double(&inputs[0], groups, |group, _| counts[group] += 1);
                sums.update(groups, &inputs[0]);
            }
            Sums::Double(sums) => each::<Doubles>(&inputs[0], groups, |group, value| {
                counts[group] += 1;
                sums.add(group, value);
            }),
        }
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let mut state = vec![super::state::longs(&std::mem::take(&mut self.counts), group_count)];
        match &mut self.sums {
            Sums::Whole(sums) => state.extend(sums.state(group_count)),
            Sums::Double(sums) => state.extend(sums.state(group_count)),
        }
        state
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.resize(group_count);
        each::<quarry_types::Longs>(&state[0], groups, |group, count| self.counts[group] += count);
        match &mut self.sums {
            Sums::Whole(sums) => sums.merge(groups, &state[1], &state[2]),
            Sums::Double(sums) => sums.merge(groups, &state[1..]),
        }
    }

    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column {
        let result = column(DataType::Double, group_count, |group, out| {
            if let Some(sum) = self.sum(group) {
                super::state::push_finite(context, out, sum / self.counts[group] as f64);
            }
        });
        // Empties the sums too.
        self.state(0);
        result
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.counts)
            + match &self.sums {
                Sums::Whole(sums) => sums.memory_bytes(),
                Sums::Double(sums) => sums.memory_bytes(),
            }
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, rows_of};

    #[test]
    fn means_do_not_overflow() {
        let aggregation = Aggregation { name: "avg", types: &[DataType::Long], constants: &[None] };
        let rows: Vec<Row> = [i64::MAX, i64::MAX].map(|v| (0, vec![Value::Long(v)])).into();
        assert_eq!(aggregation.whole(&[DataType::Long], &rows, 1).0, [Value::Double(i64::MAX as f64)]);
    }

    #[test]
    fn parts_make_the_whole() {
        for data_type in [DataType::Integer, DataType::Long, DataType::Double, DataType::Null] {
            let aggregation = Aggregation { name: "avg", types: &[data_type], constants: &[None] };
            aggregation.check_parts(&[data_type], &rows_of(data_type), 5);
        }
    }
}
