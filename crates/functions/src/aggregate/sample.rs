use std::hash::{BuildHasher, RandomState};

use quarry_types::{Column, ColumnBuilder, DataType, UnsignedLongs, Value};

use super::state::{limit, vec_bytes};
use crate::definition::accept::{ANY, INTEGER};
use crate::{Accumulator, AggregateFunction, Context, Example, Parameter, Returns, Signature};

/// `SAMPLE`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "sample",
    aliases: &[],
    summary: "Some of the values, picked at random, as a list.",
    details: "Every value is as likely to be among them; where there are not more than asked for, all are. Null where \
              there is no value.",
    parameters: &[
        Parameter { name: "field", description: "The values." },
        Parameter { name: "limit", description: "How many to return at most, a constant above 0." },
    ],
    signatures: &[Signature::new(&[ANY, INTEGER], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = [4, 4, 4] | STATS x = SAMPLE(x, 2)", result: "[4, 4]" }],
    inputs: 1,
    implicit: &[],
    build: |call| {
        let seed = RandomState::new().hash_one(0);
        Ok(Box::new(Sample { groups: Vec::new(), limit: limit(call, 1)?, random: seed, returns: call.returns }))
    },
};

/// Each value draws a number; those with the smallest ones stay. So samples of parts merge to one of the whole.
struct Sample {
    groups: Vec<Vec<(u64, Value)>>,
    limit: usize,
    random: u64,
    returns: DataType,
}

impl Sample {
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        super::sketch::mix(self.random)
    }

    fn would_keep(&self, group: usize, number: u64) -> bool {
        let kept = &self.groups[group];
        kept.len() < self.limit || kept.last().is_some_and(|(largest, _)| number < *largest)
    }

    fn keep(&mut self, group: usize, number: u64, value: Value) {
        let kept = &mut self.groups[group];
        let place = kept.partition_point(|(known, _)| *known <= number);
        if place < self.limit {
            kept.truncate(self.limit - 1);
            kept.insert(place, (number, value));
        }
    }

    fn values(groups: &[Vec<(u64, Value)>], returns: DataType, group_count: usize) -> Column {
        let mut builder = ColumnBuilder::with_capacity(returns, group_count);
        for group in 0..group_count {
            groups.get(group).into_iter().flatten().for_each(|(_, value)| builder.push(value));
            builder.finish_row();
        }
        builder.finish()
    }
}

impl Accumulator for Sample {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.groups.resize_with(group_count, Vec::new);
        for (row, group) in groups.iter().enumerate() {
            let group = *group as usize;
            if inputs[0].is_null(row) {
                continue;
            }
            // Values are read only where the first of the row's draws wins a place, which soon is rare.
            let first = self.draw();
            if !inputs[0].is_list() && !self.would_keep(group, first) {
                continue;
            }
            for (i, value) in inputs[0].value(row).elements().iter().enumerate() {
                let number = if i == 0 { first } else { self.draw() };
                self.keep(group, number, value.clone());
            }
        }
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let groups = std::mem::take(&mut self.groups);
        let numbers = super::state::column(DataType::UnsignedLong, group_count, |group, out| {
            groups.get(group).into_iter().flatten().for_each(|(number, _)| out.push_u64(*number));
        });
        vec![Self::values(&groups, self.returns, group_count), numbers]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.groups.resize_with(group_count, Vec::new);
        let Some(numbers) = state[1].cells::<UnsignedLongs>() else { return };
        for (row, group) in groups.iter().enumerate() {
            for (number, value) in numbers.row(row).zip(state[0].value(row).elements()) {
                self.keep(*group as usize, number, value.clone());
            }
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        Self::values(&std::mem::take(&mut self.groups), self.returns, group_count)
    }

    fn memory_bytes(&self) -> usize {
        let heap = |(_, value): &(u64, Value)| value.as_str().map_or(0, str::len);
        vec_bytes(&self.groups)
            + self.groups.iter().map(|kept| vec_bytes(kept) + kept.iter().map(heap).sum::<usize>()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::aggregate::testing::{Aggregation, integers, rows_of};

    #[test]
    fn samples_are_of_the_size_asked_for() {
        for data_type in ANY.types() {
            let types = [data_type, DataType::Integer];
            let constants = [None, Some(Value::Integer(3))];
            let aggregation = Aggregation { name: "sample", types: &types, constants: &constants };
            let rows = rows_of(data_type);
            for values in [aggregation.whole(&types[..1], &rows, 5).0, aggregation.parts(&types[..1], &rows, 5).0] {
                let sizes: Vec<usize> = values.iter().map(|v| v.elements().len()).collect();
                assert_eq!(sizes, [3, 3, 3, 3, 0], "{data_type}");
            }
        }
    }

    #[test]
    fn every_value_has_a_chance() {
        let types = [DataType::Integer, DataType::Integer];
        let constants = [None, Some(Value::Integer(1))];
        let aggregation = Aggregation { name: "sample", types: &types, constants: &constants };
        let rows = integers(&[1, 2, 3]);
        let seen: HashSet<String> =
            (0..200).map(|_| aggregation.whole(&types[..1], &rows, 1).0[0].to_string()).collect();
        assert_eq!(seen.len(), 3);
    }
}
