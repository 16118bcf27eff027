//! What MEDIAN, PERCENTILE and MEDIAN_ABSOLUTE_DEVIATION have in common.

use quarry_types::{Cells, Column, DataType, Doubles};

use super::sketch::Digest;
use super::state::{column, each_double, vec_bytes};
use crate::{Accumulator, Context};

/// What is asked of the distribution.
#[derive(Clone, Copy, Debug)]
pub(super) enum Measure {
    /// The value at a percentage; null outside of 0 to 100.
    Percentile(f64),
    MedianDeviation,
}

/// Collects the distribution of each group.
pub(super) fn accumulator(measure: Measure) -> Box<dyn Accumulator> {
    Box::new(Quantiles { digests: Vec::new(), measure })
}

struct Quantiles {
    digests: Vec<Digest>,
    measure: Measure,
}

impl Accumulator for Quantiles {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.digests.resize_with(group_count, Digest::default);
        each_double(&inputs[0], groups, |group, value| self.digests[group].add(value));
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let mut parts: Vec<[Vec<f64>; 4]> = self.digests.iter_mut().map(Digest::parts).collect();
        self.digests.clear();
        parts.resize_with(group_count, Default::default);
        (0..4)
            .map(|part| {
                column(DataType::Double, group_count, |group, out| {
                    parts[group][part].iter().for_each(|value| out.push_f64(*value));
                })
            })
            .collect()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.digests.resize_with(group_count, Digest::default);
        let cells: Option<Vec<Cells<'_, Doubles>>> = state.iter().map(Column::cells).collect();
        let Some([fresh, means, weights, range]) = cells.as_deref() else { return };
        for (row, group) in groups.iter().enumerate() {
            self.digests[*group as usize].merge(fresh.row(row), means.row(row), weights.row(row), range.row(row));
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        let mut digests = std::mem::take(&mut self.digests);
        column(DataType::Double, group_count, |group, out| {
            let Some(digest) = digests.get_mut(group) else { return };
            let value = match self.measure {
                Measure::Percentile(p) if (0.0..=100.0).contains(&p) => digest.quantile(p / 100.0),
                Measure::Percentile(_) => None,
                Measure::MedianDeviation => digest.median_deviation(),
            };
            if let Some(value) = value {
                out.push_f64(value);
            }
        })
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.digests) + self.digests.iter().map(Digest::heap_bytes).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, integers, rows_of};

    fn percentile(p: impl Into<Value>, rows: &[Row]) -> Value {
        let aggregation = Aggregation {
            name: "percentile",
            types: &[DataType::Integer, DataType::Double],
            constants: &[None, Some(p.into())],
        };
        aggregation.whole(&[DataType::Integer], rows, 1).0.remove(0)
    }

    #[test]
    fn percentiles_lie_between_neighbours() {
        let rows = integers(&[40, 10, 30, 20]);
        assert_eq!(percentile(0, &rows), Value::Double(10.0));
        assert_eq!(percentile(90.0, &rows), Value::Double(37.0));
        assert_eq!(percentile(100, &rows), Value::Double(40.0));
        assert_eq!(percentile(101, &rows), Value::Null);
        assert_eq!(percentile(50, &[]), Value::Null);
    }

    #[test]
    fn the_percentage_is_constant() {
        let aggregation = Aggregation {
            name: "percentile",
            types: &[DataType::Integer, DataType::Integer],
            constants: &[None, None],
        };
        assert_eq!(
            aggregation.build().unwrap_err(),
            "second argument of [percentile] must be a constant, received [x]"
        );
    }

    #[test]
    fn parts_make_the_whole() {
        for data_type in [DataType::Integer, DataType::Long, DataType::Double, DataType::Null] {
            for name in ["median", "median_absolute_deviation"] {
                let aggregation = Aggregation { name, types: &[data_type], constants: &[None] };
                aggregation.check_parts(&[data_type], &rows_of(data_type), 5);
            }
        }
    }

    #[test]
    fn many_values_merge_nearly() {
        let rows: Vec<Row> = (0..30_000).map(|i| (0, vec![Value::Integer(i * 7919 % 30_000)])).collect();
        let aggregation = Aggregation { name: "median", types: &[DataType::Integer], constants: &[None] };
        for result in
            [aggregation.whole(&[DataType::Integer], &rows, 1), aggregation.parts(&[DataType::Integer], &rows, 1)]
        {
            let Value::Double(median) = result.0[0] else { panic!("{result:?}") };
            assert!((median - 15_000.0).abs() < 100.0, "{median}");
        }
    }
}
