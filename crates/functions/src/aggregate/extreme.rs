//! What MAX and MIN have in common.

use std::cmp::Ordering;

use quarry_types::{Column, DataType};

use super::state::{Nothing, Owned, by_type, column, each, vec_bytes};
use crate::definition::accept::{ORDERED, UNSIGNED_LONG};
use crate::{Accumulator, Call, Context, Returns, Signature};

/// Everything that has an order.
pub(super) static SIGNATURES: [Signature; 1] = [Signature::new(&[ORDERED.or(UNSIGNED_LONG)], Returns::Argument(0))];

/// Keeps the value that is `wanted` compared with all others.
pub(super) fn accumulator(call: &Call<'_>, wanted: Ordering) -> Box<dyn Accumulator> {
    let returns = call.returns;
    by_type!(returns, T => Box::new(Extreme::<T> { best: Vec::new(), wanted, returns }), null => Box::new(Nothing(returns)))
}

struct Extreme<T> {
    best: Vec<Option<T>>,
    wanted: Ordering,
    returns: DataType,
}

impl<T: Owned> Extreme<T> {
    fn add(&mut self, groups: &[u32], group_count: usize, values: &Column) {
        self.best.resize(group_count, None);
        each::<T::Element>(values, groups, |group, value| match &mut self.best[group] {
            Some(best) if T::order(value, best.item()) != self.wanted => {}
            best => *best = Some(T::own(value)),
        });
    }

    fn take(&mut self, group_count: usize) -> Column {
        let best = std::mem::take(&mut self.best);
        column(self.returns, group_count, |group, out| {
            if let Some(Some(value)) = best.get(group) {
                value.push(out);
            }
        })
    }
}

impl<T: Owned> Accumulator for Extreme<T> {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.add(groups, group_count, &inputs[0]);
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        vec![self.take(group_count)]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.add(groups, group_count, &state[0]);
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        self.take(group_count)
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.best) + self.best.iter().flatten().map(Owned::heap_bytes).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::{Value, compare_values};

    use super::*;
    use crate::aggregate::testing::{Aggregation, rows_of};

    #[test]
    fn the_extreme_of_every_ordered_type_is_found() {
        for data_type in ORDERED.or(UNSIGNED_LONG).types() {
            let rows = rows_of(data_type);
            for (name, wanted) in [("max", Ordering::Greater), ("min", Ordering::Less)] {
                let aggregation = Aggregation { name, types: &[data_type], constants: &[None] };
                let found = aggregation.whole(&[data_type], &rows, 5).0;
                for group in 0..4 {
                    let values = rows.iter().filter(|(g, _)| *g == group).flat_map(|(_, v)| v[0].elements());
                    let expected = values.reduce(|a, b| if compare_values(data_type, b, a) == wanted { b } else { a });
                    assert_eq!(Some(&found[group as usize]), expected, "{name} of {data_type}");
                }
                assert_eq!(found[4], Value::Null);
                aggregation.check_parts(&[data_type], &rows, 5);
            }
        }
    }

    #[test]
    fn untyped_nulls_have_no_extreme() {
        let aggregation = Aggregation { name: "max", types: &[DataType::Null], constants: &[None] };
        assert_eq!(aggregation.whole(&[DataType::Null], &[(0, vec![Value::Null])], 1).0, [Value::Null]);
    }
}
