//! What FIRST, LAST, EARLIEST and LATEST have in common: one row is picked by a sort key.

use std::cmp::Ordering;

use quarry_types::{Booleans, Column, ColumnBuilder, DataType, Element, Integers, Layout, Longs, Value};

use super::state::{column, vec_bytes};
use crate::{Accumulator, Call, Context};

/// Keeps the value whose sort key is `wanted` compared with all others.
pub(super) fn accumulator(call: &Call<'_>, wanted: Ordering) -> Box<dyn Accumulator> {
    Box::new(Pick { keys: Vec::new(), values: Vec::new(), picked: Vec::new(), wanted, returns: call.returns })
}

/// The sort key of the row that was picked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    NoRow,
    Null,
    Of(i64),
}

/// No row of the batch.
const UNTOUCHED: u32 = u32::MAX;

struct Pick {
    keys: Vec<Key>,
    values: Vec<Value>,
    /// Scratch: the row of the batch that each group picked last.
    picked: Vec<u32>,
    wanted: Ordering,
    returns: DataType,
}

impl Pick {
    fn resize(&mut self, group_count: usize) {
        self.keys.resize(group_count, Key::NoRow);
        self.values.resize(group_count, Value::Null);
        self.picked.resize(group_count, UNTOUCHED);
    }

    fn is_better(&self, key: Key, best: Key) -> bool {
        match (key, best) {
            (Key::NoRow, _) => false,
            (_, Key::NoRow) | (Key::Of(_), Key::Null) => true,
            (Key::Null, _) => false,
            (Key::Of(key), Key::Of(best)) => key.cmp(&best) == self.wanted,
        }
    }

    /// Picks among rows. Values are copied once for each group of a batch, however often its pick changes.
    fn add(&mut self, groups: &[u32], values: &Column, key: impl Fn(usize) -> Key) {
        let mut touched = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            let group = *group as usize;
            let key = key(row);
            if self.is_better(key, self.keys[group]) {
                self.keys[group] = key;
                if self.picked[group] == UNTOUCHED {
                    touched.push(group);
                }
                self.picked[group] = row as u32;
            }
        }
        for group in touched {
            let row = std::mem::replace(&mut self.picked[group], UNTOUCHED);
            self.values[group] = values.value(row as usize);
        }
    }

    /// The sort key of a list is its smallest value, or its largest where that is wanted.
    fn keys_of<'a, E: Element>(&self, column: &'a Column, widen: fn(E::Item<'a>) -> i64) -> Vec<Key> {
        let Some(cells) = column.cells::<E>() else { return vec![Key::Null; column.len()] };
        (0..column.len())
            .map(|row| {
                let keys = cells.row(row).map(widen);
                let key = if self.wanted == Ordering::Less { keys.min() } else { keys.max() };
                key.map_or(Key::Null, Key::Of)
            })
            .collect()
    }

    fn take_values(&mut self, group_count: usize) -> Column {
        let values = std::mem::take(&mut self.values);
        let mut builder = ColumnBuilder::with_capacity(self.returns, group_count);
        for group in 0..group_count {
            builder.append(values.get(group).unwrap_or(&Value::Null));
        }
        builder.finish()
    }
}

impl Accumulator for Pick {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.resize(group_count);
        let keys = match inputs[1].data_type().layout() {
            Layout::Int32 => self.keys_of::<Integers>(&inputs[1], i64::from),
            _ => self.keys_of::<Longs>(&inputs[1], |key| key),
        };
        self.add(groups, &inputs[0], |row| keys[row]);
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let keys = std::mem::take(&mut self.keys);
        let key = |group: usize| keys.get(group).copied().unwrap_or(Key::NoRow);
        let key_column = column(DataType::Long, group_count, |group, out| {
            if let Key::Of(key) = key(group) {
                out.push_i64(key);
            }
        });
        let seen = column(DataType::Boolean, group_count, |group, out| out.push_bool(key(group) != Key::NoRow));
        vec![self.take_values(group_count), key_column, seen]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.resize(group_count);
        let (Some(keys), Some(seen)) = (state[1].cells::<Longs>(), state[2].cells::<Booleans>()) else { return };
        self.add(groups, &state[0], |row| match seen.single(row) {
            Some(true) => keys.single(row).map_or(Key::Null, Key::Of),
            _ => Key::NoRow,
        });
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        self.keys.clear();
        self.take_values(group_count)
    }

    fn memory_bytes(&self) -> usize {
        fn heap(value: &Value) -> usize {
            match value {
                Value::String(text) => text.capacity(),
                Value::List(values) => vec_bytes(values) + values.iter().map(heap).sum::<usize>(),
                _ => 0,
            }
        }
        vec_bytes(&self.keys)
            + vec_bytes(&self.picked)
            + vec_bytes(&self.values)
            + self.values.iter().map(heap).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, rows_of};
    use crate::definition::accept::ANY;

    fn row(value: Value, key: Value) -> Row {
        (0, vec![value, key])
    }

    fn pick(name: &str, rows: &[Row]) -> Value {
        let types = [DataType::Keyword, DataType::Integer];
        Aggregation { name, types: &types, constants: &[None, None] }.whole(&types, rows, 1).0.remove(0)
    }

    #[test]
    fn the_sort_key_decides() {
        let rows = [row("b".into(), 2.into()), row("a".into(), 1.into()), row("c".into(), 3.into())];
        assert_eq!(pick("first", &rows), "a".into());
        assert_eq!(pick("last", &rows), "c".into());
        assert_eq!(pick("last", &[]), Value::Null);
    }

    #[test]
    fn nulls_and_lists_are_picked_as_they_are() {
        let list = Value::List(vec!["x".into(), "y".into()]);
        let rows = [row("n".into(), Value::Null), row(Value::Null, 1.into()), row(list.clone(), 2.into())];
        assert_eq!(pick("first", &rows), Value::Null);
        assert_eq!(pick("last", &rows), list);
        let unsorted = [row("p".into(), Value::Null), row("q".into(), Value::Null)];
        assert_eq!(pick("first", &unsorted), "p".into());
        assert_eq!(pick("last", &unsorted), "p".into());
    }

    #[test]
    fn parts_make_the_whole() {
        for data_type in ANY.types() {
            let rows: Vec<Row> = rows_of(data_type)
                .into_iter()
                .enumerate()
                .map(|(i, (group, mut values))| {
                    values.push(Value::Date((i * 37 % 200) as i64));
                    (group, values)
                })
                .collect();
            for name in ["first", "last"] {
                let types = [data_type, DataType::Date];
                Aggregation { name, types: &types, constants: &[None, None] }.check_parts(&types, &rows, 5);
            }
            for name in ["earliest", "latest"] {
                let aggregation = Aggregation { name, types: &[data_type], constants: &[None] };
                aggregation.check_parts(&[data_type, DataType::Date], &rows, 5);
            }
        }
    }
}
