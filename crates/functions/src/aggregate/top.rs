use std::cmp::Ordering;

use quarry_types::{Column, ColumnBuilder, DataType, Value};

use super::state::{Nothing, Owned, by_type, constant, limit, vec_bytes};
use crate::definition::TypeSet;
use crate::definition::accept::{BOOLEAN, DATE, INTEGER, IP, SIGNED, STRING};
use crate::{Accumulator, AggregateFunction, BuildError, Call, Context, Example, Parameter, Returns, Signature};

const SORTED: TypeSet = BOOLEAN.or(DATE).or(SIGNED).or(IP).or(STRING);
const PAIRED: TypeSet = DATE.or(SIGNED).or(STRING);

/// `TOP`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "top",
    aliases: &[],
    summary: "The smallest or largest values as a sorted list, repetitions included.",
    details: "Every value of a list is looked at. With a fourth argument that field's values are returned instead, in \
              the order of the first one's; rows where it is null are left out. Null where there is no value.",
    parameters: &[
        Parameter { name: "field", description: "The values to sort by." },
        Parameter { name: "limit", description: "How many to return, a constant above 0." },
        Parameter { name: "order", description: "`asc` for the smallest, `desc` for the largest; `asc` by default." },
        Parameter { name: "outputField", description: "The field to return instead." },
    ],
    signatures: &[
        Signature::new(&[SORTED, INTEGER, STRING], Returns::Argument(0)).optional(1),
        Signature::new(&[PAIRED, INTEGER, STRING, PAIRED], Returns::Argument(3)),
    ],
    examples: &[Example {
        query: r#"ROW x = [5, 1, 5, 3] | STATS a = TOP(x, 2), b = TOP(x, 2, "desc")"#,
        result: "[1, 3] | [5, 5]",
    }],
    inputs: 4,
    implicit: &[],
    build,
};

fn build(call: &Call<'_>) -> Result<Box<dyn Accumulator>, BuildError> {
    let limit = limit(call, 1)?;
    let wanted = match call.types.len() {
        2 => Ordering::Less,
        _ => {
            let order = constant(call, 2)?;
            match order.as_str() {
                Some(text) if text.eq_ignore_ascii_case("asc") => Ordering::Less,
                Some(text) if text.eq_ignore_ascii_case("desc") => Ordering::Greater,
                _ => {
                    return Err(BuildError(format!(
                        "Invalid order value in [{}], expected [ASC, DESC] but got [{order}]",
                        call.source
                    )));
                }
            }
        }
    };
    let key_type = call.types[0].without_text();
    let output = (call.types.len() == 4).then_some(call.returns);
    if output == Some(DataType::Null) {
        return Ok(Box::new(Nothing(DataType::Null)));
    }
    Ok(by_type!(
        key_type,
        T => Box::new(Top::<T> { groups: Vec::new(), limit, wanted, key_type, output }),
        null => Box::new(Nothing(call.returns))
    ))
}

struct Top<T> {
    /// The best values of each group so far, best first.
    groups: Vec<Vec<(T, Value)>>,
    limit: usize,
    wanted: Ordering,
    key_type: DataType,
    /// The type of the values to return, where they aren't those sorted by.
    output: Option<DataType>,
}

impl<T: Owned> Top<T> {
    fn add(&mut self, groups: &[u32], group_count: usize, keys: &Column, outputs: Option<&Column>) {
        self.groups.resize_with(group_count, Vec::new);
        let Some(cells) = keys.cells::<T::Element>() else { return };
        for (row, group) in groups.iter().enumerate() {
            let best = &mut self.groups[*group as usize];
            for key in cells.row(row) {
                let worse = |(known, _): &(T, Value)| T::order(key, known.item()) != self.wanted;
                if best.len() == self.limit && best.last().is_some_and(worse) {
                    continue;
                }
                match outputs {
                    None => insert(best, self.limit, self.wanted, key, Value::Null),
                    Some(outputs) => {
                        for output in outputs.value(row).elements() {
                            insert(best, self.limit, self.wanted, key, output.clone());
                        }
                    }
                }
            }
        }
    }

    fn take(&mut self) -> Vec<Vec<(T, Value)>> {
        std::mem::take(&mut self.groups)
    }
}

/// Puts a value behind those that are as good, and drops what goes beyond the limit.
fn insert<T: Owned>(
    best: &mut Vec<(T, Value)>,
    limit: usize,
    wanted: Ordering,
    key: <T::Element as quarry_types::Element>::Item<'_>,
    output: Value,
) {
    let place = best.partition_point(|(known, _)| T::order(key, known.item()) != wanted);
    if place < limit {
        best.truncate(limit - 1);
        best.insert(place, (T::own(key), output));
    }
}

/// One row per group, of what `push` makes of its entries.
fn entries<T>(
    data_type: DataType,
    groups: &[Vec<(T, Value)>],
    group_count: usize,
    push: impl Fn(&(T, Value), &mut ColumnBuilder),
) -> Column {
    super::state::column(data_type, group_count, |group, out| {
        groups.get(group).into_iter().flatten().for_each(|entry| push(entry, out));
    })
}

impl<T: Owned> Accumulator for Top<T> {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        let outputs = self.output.and_then(|_| inputs.last());
        self.add(groups, group_count, &inputs[0], outputs);
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let groups = self.take();
        let keys = entries(self.key_type, &groups, group_count, |(key, _), out| key.push(out));
        let outputs = self.output.map(|t| entries(t, &groups, group_count, |(_, value), out| out.push(value)));
        std::iter::once(keys).chain(outputs).collect()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.groups.resize_with(group_count, Vec::new);
        let Some(keys) = state[0].cells::<T::Element>() else { return };
        for (row, group) in groups.iter().enumerate() {
            let outputs = state.get(1).map(|column| column.value(row));
            let outputs = outputs.as_ref().map_or(&[][..], Value::elements);
            for (i, key) in keys.row(row).enumerate() {
                let output = outputs.get(i).cloned().unwrap_or(Value::Null);
                insert(&mut self.groups[*group as usize], self.limit, self.wanted, key, output);
            }
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        let groups = self.take();
        match self.output {
            None => entries(self.key_type, &groups, group_count, |(key, _), out| key.push(out)),
            Some(output) => entries(output, &groups, group_count, |(_, value), out| out.push(value)),
        }
    }

    fn memory_bytes(&self) -> usize {
        let heap = |(key, value): &(T, Value)| key.heap_bytes() + value.as_str().map_or(0, str::len);
        vec_bytes(&self.groups)
            + self.groups.iter().map(|best| vec_bytes(best) + best.iter().map(heap).sum::<usize>()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, integers, rows_of, value_of};

    fn constants(limit: i32, order: &str) -> [Option<Value>; 4] {
        [None, Some(Value::Integer(limit)), Some(order.into()), None]
    }

    const TYPES: [DataType; 4] = [DataType::Integer, DataType::Integer, DataType::Keyword, DataType::Keyword];

    #[test]
    fn values_are_sorted_and_repeated() {
        let rows = integers(&[3, 9, 1, 9, 2]);
        for (limit, order, expected) in [(3, "asc", vec![1, 2, 3]), (3, "DESC", vec![9, 9, 3]), (1, "desc", vec![9])] {
            let constants = constants(limit, order);
            let aggregation = Aggregation { name: "top", types: &TYPES[..3], constants: &constants[..3] };
            let expected = Value::from_elements(expected.into_iter().map(Value::Integer).collect());
            assert_eq!(aggregation.whole(&TYPES[..1], &rows, 1).0, [expected]);
        }
    }

    #[test]
    fn another_field_can_be_returned() {
        let constants = constants(2, "desc");
        let aggregation = Aggregation { name: "top", types: &TYPES, constants: &constants };
        let rows: Vec<Row> = [(1, "a"), (5, "b"), (3, "c")]
            .map(|(key, text)| (0, vec![Value::Integer(key), 2.into(), "desc".into(), text.into()]))
            .into();
        assert_eq!(aggregation.whole(&TYPES, &rows, 1).0, [Value::List(vec!["b".into(), "c".into()])]);
        aggregation.check_parts(&TYPES, &rows, 1);
    }

    #[test]
    fn limit_and_order_are_checked() {
        let bad = |limit, order| {
            let constants = constants(limit, order);
            Aggregation { name: "top", types: &TYPES[..3], constants: &constants[..3] }.build().unwrap_err()
        };
        assert_eq!(bad(0, "asc"), "Limit must be greater than 0 in [top], found [0]");
        assert_eq!(bad(1, "up"), "Invalid order value in [top], expected [ASC, DESC] but got [up]");
    }

    #[test]
    fn parts_make_the_whole() {
        for data_type in SORTED.types() {
            let types = [data_type, DataType::Integer, DataType::Keyword];
            for order in ["asc", "desc"] {
                let constants = constants(4, order);
                let aggregation = Aggregation { name: "top", types: &types, constants: &constants[..3] };
                aggregation.check_parts(&types[..1], &rows_of(data_type), 5);
            }
        }
        for data_type in PAIRED.types() {
            let types = [DataType::Integer, DataType::Integer, DataType::Keyword, data_type];
            let rows: Vec<Row> = (0..60)
                .map(|i| {
                    let key = Value::Integer(i * 37 % 60);
                    (i as u32 % 3, vec![key, 5.into(), "asc".into(), value_of(data_type, i as u64)])
                })
                .collect();
            let constants = constants(5, "asc");
            Aggregation { name: "top", types: &types, constants: &constants }.check_parts(&types, &rows, 4);
        }
    }
}
