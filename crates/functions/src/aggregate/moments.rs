//! What STD_DEV and VARIANCE have in common.

use quarry_types::{Column, DataType, Doubles, Longs};

use super::state::{column, doubles, each_double, longs, push_finite, vec_bytes};
use crate::{Accumulator, Context};

/// Computes the variance; the result is what `finish` makes of it.
pub(super) fn accumulator(finish: fn(f64) -> f64) -> Box<dyn Accumulator> {
    Box::new(Moments { counts: Vec::new(), means: Vec::new(), squares: Vec::new(), finish })
}

/// Welford's method: the mean and the sum of squared distances to it, kept up to date with each value.
struct Moments {
    counts: Vec<i64>,
    means: Vec<f64>,
    squares: Vec<f64>,
    finish: fn(f64) -> f64,
}

impl Moments {
    fn resize(&mut self, group_count: usize) {
        self.counts.resize(group_count, 0);
        self.means.resize(group_count, 0.0);
        self.squares.resize(group_count, 0.0);
    }
}

impl Accumulator for Moments {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.resize(group_count);
        each_double(&inputs[0], groups, |group, value| {
            self.counts[group] += 1;
            let distance = value - self.means[group];
            self.means[group] += distance / self.counts[group] as f64;
            self.squares[group] += distance * (value - self.means[group]);
        });
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        vec![
            longs(&std::mem::take(&mut self.counts), group_count),
            doubles(&std::mem::take(&mut self.means), group_count),
            doubles(&std::mem::take(&mut self.squares), group_count),
        ]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.resize(group_count);
        let (Some(counts), Some(means), Some(squares)) =
            (state[0].cells::<Longs>(), state[1].cells::<Doubles>(), state[2].cells::<Doubles>())
        else {
            return;
        };
        for (row, group) in groups.iter().enumerate() {
            let group = *group as usize;
            let (count, mean) = (counts.single(row).unwrap_or(0), means.single(row).unwrap_or(0.0));
            if count == 0 {
                continue;
            }
            let (here, there) = (self.counts[group] as f64, count as f64);
            let distance = mean - self.means[group];
            self.counts[group] += count;
            self.means[group] += distance * there / (here + there);
            self.squares[group] +=
                squares.single(row).unwrap_or(0.0) + distance * distance * here * there / (here + there);
        }
    }

    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column {
        let result = column(DataType::Double, group_count, |group, out| {
            if let Some(count @ 1..) = self.counts.get(group).copied() {
                push_finite(context, out, (self.finish)(self.squares[group] / count as f64));
            }
        });
        self.state(0);
        result
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.counts) + vec_bytes(&self.means) + vec_bytes(&self.squares)
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, integers, rows_of};

    #[test]
    fn the_whole_population_counts() {
        for (name, expected) in [("variance", 4.0), ("std_dev", 2.0)] {
            let aggregation = Aggregation { name, types: &[DataType::Integer], constants: &[None] };
            let rows = integers(&[2, 4, 4, 4, 5, 5, 7, 9]);
            assert_eq!(aggregation.whole(&[DataType::Integer], &rows, 1).0, [Value::Double(expected)]);
            assert_eq!(aggregation.whole(&[DataType::Integer], &[], 1).0, [Value::Null]);
        }
    }

    #[test]
    fn parts_make_the_whole() {
        for data_type in [DataType::Integer, DataType::Long, DataType::Double, DataType::Null] {
            for name in ["variance", "std_dev"] {
                let aggregation = Aggregation { name, types: &[data_type], constants: &[None] };
                aggregation.check_parts(&[data_type], &rows_of(data_type), 5);
            }
        }
    }
}
