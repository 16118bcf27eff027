use quarry_types::{Column, DataType, UnsignedLongs};

use super::sketch::Distinct;
use super::state::{Owned, by_type, column, constant, each, vec_bytes};
use crate::definition::accept::{FLATTENED, ORDERED, UNSIGNED_LONG, WHOLE};
use crate::{Accumulator, AggregateFunction, BuildError, Call, Context, Example, Parameter, Returns, Signature};

/// `COUNT_DISTINCT`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "count_distinct",
    aliases: &[],
    summary: "The number of distinct values.",
    details: "Exact up to about as many as the threshold says, then an estimate that is a few percent off at most \
              (HyperLogLog). 0 where there is no value.",
    parameters: &[
        Parameter { name: "field", description: "The values." },
        Parameter { name: "precision", description: "The threshold, a constant of at most 40000; 3000 by default." },
    ],
    signatures: &[
        Signature::new(&[ORDERED.or(FLATTENED), WHOLE.or(UNSIGNED_LONG)], Returns::Always(DataType::Long)).optional(1)
    ],
    examples: &[Example { query: r#"ROW x = ["a", "b", "a"] | STATS n = COUNT_DISTINCT(x)"#, result: "2" }],
    inputs: 1,
    implicit: &[],
    build,
};

const DEFAULT_THRESHOLD: i64 = 3000;
const LARGEST_THRESHOLD: i64 = 40_000;

fn build(call: &Call<'_>) -> Result<Box<dyn Accumulator>, BuildError> {
    let threshold = match call.types.len() {
        1 => DEFAULT_THRESHOLD,
        // What doesn't fit 64 bits is surely too large.
        _ => constant(call, 1)?.as_i64().unwrap_or(LARGEST_THRESHOLD).clamp(0, LARGEST_THRESHOLD),
    };
    let precision = Distinct::precision(threshold);
    let add: Add = by_type!(call.types[0], T => add_values::<T>, null => |_, _, _, _| {});
    Ok(Box::new(CountDistinct { sets: Vec::new(), precision, add }))
}

type Add = fn(&mut [Distinct], u32, &Column, &[u32]);

struct CountDistinct {
    sets: Vec<Distinct>,
    precision: u32,
    add: Add,
}

fn add_values<T: Owned>(sets: &mut [Distinct], precision: u32, values: &Column, groups: &[u32]) {
    each::<T::Element>(values, groups, |group, value| sets[group].add(T::hash(value), precision));
}

impl Accumulator for CountDistinct {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.sets.resize_with(group_count, Distinct::default);
        (self.add)(&mut self.sets, self.precision, &inputs[0], groups);
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let sets = std::mem::take(&mut self.sets);
        [Distinct::hashes, Distinct::packed]
            .map(|part: fn(&Distinct) -> Vec<u64>| {
                column(DataType::UnsignedLong, group_count, |group, out| {
                    for word in sets.get(group).map(part).unwrap_or_default() {
                        out.push_u64(word);
                    }
                })
            })
            .into()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.sets.resize_with(group_count, Distinct::default);
        each::<UnsignedLongs>(&state[0], groups, |group, hash| self.sets[group].add(hash, self.precision));
        let Some(words) = state[1].cells::<UnsignedLongs>() else { return };
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| !words.range(*row).is_empty()) {
            self.sets[*group as usize].add_packed(words.row(row), self.precision);
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        let sets = std::mem::take(&mut self.sets);
        column(DataType::Long, group_count, |group, out| out.push_i64(sets.get(group).map_or(0, Distinct::count)))
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.sets) + self.sets.iter().map(Distinct::heap_bytes).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, rows_of, value_of};

    #[test]
    fn values_of_every_type_are_counted() {
        for data_type in ORDERED.or(FLATTENED).types() {
            let rows = rows_of(data_type);
            let aggregation = Aggregation { name: "count_distinct", types: &[data_type], constants: &[None] };
            let expected: Vec<Value> = (0..5)
                .map(|group| {
                    let values = rows.iter().filter(|(g, _)| *g == group).flat_map(|(_, v)| v[0].elements());
                    Value::Long(values.map(|v| format!("{v:?}")).collect::<HashSet<_>>().len() as i64)
                })
                .collect();
            assert_eq!(aggregation.whole(&[data_type], &rows, 5).0, expected, "{data_type}");
            aggregation.check_parts(&[data_type], &rows, 5);
        }
    }

    #[test]
    fn above_the_threshold_parts_still_make_the_whole() {
        let types = [DataType::Keyword, DataType::Integer];
        for threshold in [0, 5, 100, 40_000, 80_000] {
            let constants = [None, Some(Value::Integer(threshold))];
            let aggregation = Aggregation { name: "count_distinct", types: &types, constants: &constants };
            let rows: Vec<Row> = (0..3000).map(|n| (n % 2, vec![value_of(types[0], u64::from(n))])).collect();
            aggregation.check_parts(&types[..1], &rows, 2);
        }
    }
}
