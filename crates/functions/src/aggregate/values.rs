use hashbrown::HashTable;
use quarry_types::{Column, ColumnBuilder, DataType};

use super::state::{Nothing, Owned, by_type, each, vec_bytes};
use crate::definition::accept::ANY;
use crate::{Accumulator, AggregateFunction, Context, Example, Parameter, Returns, Signature};

/// `VALUES`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "values",
    aliases: &[],
    summary: "The distinct values as a list.",
    details: "In the order in which they were first met, which isn't defined where rows have none: sort the list with \
              MV_SORT. There is no limit to its length. Null where there is no value.",
    parameters: &[Parameter { name: "field", description: "The values." }],
    signatures: &[Signature::new(&[ANY], Returns::Argument(0))],
    examples: &[Example { query: r#"ROW x = ["b", "a", "b"] | STATS x = MV_SORT(VALUES(x))"#, result: "[a, b]" }],
    inputs: 1,
    implicit: &[],
    build: |call| {
        let returns = call.returns;
        Ok(by_type!(
            returns,
            T => Box::new(Values::<T> { table: HashTable::new(), entries: Vec::new(), heap: 0, returns }),
            null => Box::new(Nothing(returns))
        ))
    },
};

/// One table for all groups, so that a group without many values costs little.
struct Values<T> {
    table: HashTable<u32>,
    entries: Vec<(u32, T)>,
    heap: usize,
    returns: DataType,
}

fn hash_entry(group: u32, hash: u64) -> u64 {
    super::sketch::mix(hash ^ u64::from(group).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl<T: Owned> Values<T> {
    fn add(&mut self, groups: &[u32], values: &Column) {
        each::<T::Element>(values, groups, |group, value| {
            let group = group as u32;
            let entries = &mut self.entries;
            let entry = self.table.entry(
                hash_entry(group, T::hash(value)),
                |known| {
                    let (g, v) = &entries[*known as usize];
                    *g == group && T::order(v.item(), value).is_eq()
                },
                |known| {
                    let (g, v) = &entries[*known as usize];
                    hash_entry(*g, T::hash(v.item()))
                },
            );
            if let hashbrown::hash_table::Entry::Vacant(slot) = entry {
                slot.insert(entries.len() as u32);
                let value = T::own(value);
                self.heap += value.heap_bytes();
                entries.push((group, value));
            }
        });
    }

    fn take(&mut self, group_count: usize) -> Column {
        self.table.clear();
        self.heap = 0;
        let mut entries = std::mem::take(&mut self.entries);
        // Stable, so that each group's values stay in the order they came in.
        entries.sort_by_key(|(group, _)| *group);
        let mut builder = ColumnBuilder::with_capacity(self.returns, group_count);
        let mut entries = entries.iter().peekable();
        for group in 0..group_count as u32 {
            while let Some((_, value)) = entries.next_if(|(g, _)| *g == group) {
                value.push(&mut builder);
            }
            builder.finish_row();
        }
        builder.finish()
    }
}

impl<T: Owned> Accumulator for Values<T> {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], _: usize, inputs: &[Column]) {
        self.add(groups, &inputs[0]);
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        vec![self.take(group_count)]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], _: usize, state: &[Column]) {
        self.add(groups, &state[0]);
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        self.take(group_count)
    }

    fn memory_bytes(&self) -> usize {
        self.table.allocation_size() + vec_bytes(&self.entries) + self.heap
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, rows_of};

    #[test]
    fn values_are_distinct_and_in_order() {
        let rows: Vec<Row> = [
            (1, vec!["b".into()]),
            (0, vec!["a".into()]),
            (1, vec![Value::List(vec!["c".into(), "b".into()])]),
            (1, vec![Value::Null]),
        ]
        .into();
        let aggregation = Aggregation { name: "values", types: &[DataType::Text], constants: &[None] };
        let expected = ["a".into(), Value::List(vec!["b".into(), "c".into()]), Value::Null];
        assert_eq!(aggregation.whole(&[DataType::Text], &rows, 3).0, expected);
    }

    #[test]
    fn parts_have_the_values_of_the_whole() {
        for data_type in ANY.types() {
            let aggregation = Aggregation { name: "values", types: &[data_type], constants: &[None] };
            let rows = rows_of(data_type);
            let sorted = |values: Vec<Value>| -> Vec<Vec<String>> {
                values
                    .iter()
                    .map(|value| {
                        let mut texts: Vec<String> = value.elements().iter().map(|v| format!("{v:?}")).collect();
                        texts.sort();
                        texts
                    })
                    .collect()
            };
            let whole = aggregation.whole(&[data_type], &rows, 5).0;
            assert_eq!(sorted(whole), sorted(aggregation.parts(&[data_type], &rows, 5).0), "{data_type}");
        }
    }
}
