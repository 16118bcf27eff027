use quarry_types::{Booleans, Column, DataType};

use super::state::{column, each, vec_bytes};
use crate::definition::accept::ANY;
use crate::{Accumulator, AggregateFunction, Context, Example, Parameter, Returns, Signature};

/// `PRESENT`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "present",
    aliases: &[],
    summary: "Whether some row has a value.",
    details: "Never null: false where there is no row at all.",
    parameters: &[Parameter { name: "field", description: "What to look for values in." }],
    signatures: &[Signature::new(&[ANY], Returns::Always(DataType::Boolean))],
    examples: &[Example {
        query: "ROW x = [1, 2], y = null::integer | STATS a = PRESENT(x), b = PRESENT(y)",
        result: "true | false",
    }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(Box::new(Presence::present())),
};

/// Which groups have a value.
pub(super) struct Presence {
    found: Vec<bool>,
    /// What a group without a value gives.
    otherwise: bool,
}

impl Presence {
    pub(super) fn present() -> Self {
        Self { found: Vec::new(), otherwise: false }
    }

    pub(super) fn absent() -> Self {
        Self { found: Vec::new(), otherwise: true }
    }
}

impl Accumulator for Presence {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.found.resize(group_count, false);
        for (row, group) in groups.iter().enumerate() {
            self.found[*group as usize] |= !inputs[0].is_null(row);
        }
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let found = std::mem::take(&mut self.found);
        vec![column(DataType::Boolean, group_count, |group, out| {
            out.push_bool(found.get(group).copied().unwrap_or(false));
        })]
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.found.resize(group_count, false);
        each::<Booleans>(&state[0], groups, |group, found| self.found[group] |= found);
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        let found = std::mem::take(&mut self.found);
        column(DataType::Boolean, group_count, |group, out| {
            out.push_bool(found.get(group).copied().unwrap_or(false) != self.otherwise);
        })
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.found)
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, rows_of};

    #[test]
    fn every_type_can_be_looked_for() {
        for data_type in ANY.types() {
            for (name, last) in [("present", false), ("absent", true)] {
                let aggregation = Aggregation { name, types: &[data_type], constants: &[None] };
                let rows = rows_of(data_type);
                let expected: Vec<Value> = (0..5).map(|group| Value::Boolean((group == 4) == last)).collect();
                assert_eq!(aggregation.whole(&[data_type], &rows, 5).0, expected);
                aggregation.check_parts(&[data_type], &rows, 5);
            }
        }
    }
}
