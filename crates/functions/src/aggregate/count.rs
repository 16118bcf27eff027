use quarry_types::{
    Booleans, Cells, Column, DataType, Doubles, Element, Integers, Ips, Layout, Longs, Strings, UnsignedLongs,
};

use super::state::longs;
use crate::definition::accept::{ANY, SOURCE};
use crate::{Accumulator, AggregateFunction, Context, Example, Parameter, Returns, Signature};

/// `COUNT`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "count",
    aliases: &[],
    summary: "The number of values; without an argument or with `*`, the number of rows.",
    details: "Every value of a list counts, null doesn't. 0 where there is nothing.",
    parameters: &[Parameter { name: "field", description: "What to count; rows where it is left out." }],
    signatures: &[Signature::new(&[ANY.or(SOURCE)], Returns::Always(DataType::Long)).optional(1)],
    examples: &[Example { query: "ROW x = [1, 2] | STATS n = COUNT(x), rows = COUNT(*)", result: "2 | 1" }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(Box::new(Count::default())),
};

#[derive(Default)]
struct Count {
    counts: Vec<i64>,
}

impl Accumulator for Count {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.counts.resize(group_count, 0);
        let Some(column) = inputs.first() else {
            for group in groups {
                self.counts[*group as usize] += 1;
            }
            return;
        };
        let lengths = value_counts(column);
        for (row, group) in groups.iter().enumerate() {
            self.counts[*group as usize] += lengths(row);
        }
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        vec![longs(&std::mem::take(&mut self.counts), group_count)]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.counts.resize(group_count, 0);
        let Some(counts) = state[0].cells::<Longs>() else { return };
        for (row, group) in groups.iter().enumerate() {
            self.counts[*group as usize] += counts.single(row).unwrap_or(0);
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        longs(&std::mem::take(&mut self.counts), group_count)
    }

    fn memory_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<i64>()
    }
}

/// How many values each row of `column` has.
fn value_counts(column: &Column) -> Box<dyn Fn(usize) -> i64 + '_> {
    fn of<E: Element>(column: &Column) -> Box<dyn Fn(usize) -> i64 + '_> {
        match column.cells::<E>() {
            Some(cells) => count_in(cells),
            None => Box::new(|_| 0),
        }
    }
    fn count_in<'a, E: Element>(cells: Cells<'a, E>) -> Box<dyn Fn(usize) -> i64 + 'a> {
        Box::new(move |row| cells.range(row).len() as i64)
    }
    match column.data_type().layout() {
        Layout::Null => Box::new(|_| 0),
        Layout::Boolean => of::<Booleans>(column),
        Layout::Int32 => of::<Integers>(column),
        Layout::Int64 => of::<Longs>(column),
        Layout::UInt64 => of::<UnsignedLongs>(column),
        Layout::Float64 => of::<Doubles>(column),
        Layout::Utf8View => of::<Strings>(column),
        Layout::Binary16 => of::<Ips>(column),
    }
}
