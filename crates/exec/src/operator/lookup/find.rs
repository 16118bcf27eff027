use std::sync::Arc;

use arrow_array::UInt32Array;
use quarry_functions::{Failure, Site, Warnings};
use quarry_plan::{Attribute, Matching};
use quarry_types::{Batch, Column};

use super::ranges::Ranges;
use super::rows::{Index, Rows};
use super::{Cx, MOST_PAIRS};
use crate::Evaluator;

/// Finds the rows that match.
pub(super) struct Finder {
    /// Over the input.
    operands: Vec<Evaluator>,
    /// Over the columns of both sides.
    conditions: Vec<Evaluator>,
    site: Arc<Site>,
    /// The ranges of the rows, once they are needed.
    ranges: Option<Ranges>,
}

impl Finder {
    pub(super) fn new(matching: &Matching, input: &[Attribute], right: &[Attribute], site: &Arc<Site>) -> Self {
        let (operands, conditions) = match matching {
            Matching::Conditions { keys, others } => {
                let both: Vec<Attribute> = input.iter().chain(right).cloned().collect();
                let keys = keys.iter().map(|(left, _)| Evaluator::new(left, input)).collect();
                (keys, others.iter().map(|condition| Evaluator::new(condition, &both)).collect())
            }
            Matching::Text { operand, .. } | Matching::Range { operand, .. } => {
                (vec![Evaluator::new(operand, input)], Vec::new())
            }
        };
        Self { operands, conditions, site: site.clone(), ranges: None }
    }

    /// How many rows to look at together, so that their pairs stay few.
    pub(super) fn rows_at_once(&self, rows: &Rows) -> usize {
        match rows.index {
            Index::None => (MOST_PAIRS / rows.batch.rows().max(1)).max(1),
            _ if self.conditions.is_empty() => usize::MAX,
            _ => 256,
        }
    }

    /// The matches of each row of `batch`, in their order.
    pub(super) fn find(&mut self, batch: &Batch, rows: &Rows, cx: &mut Cx<'_>) -> Vec<Vec<u32>> {
        let operands: Vec<Column> =
            self.operands.iter().map(|operand| operand.evaluate(batch, cx.warnings, cx.settings)).collect();
        let candidates = match &rows.index {
            Index::None => vec![(0..rows.batch.rows() as u32).collect(); batch.rows()],
            Index::Keys { .. } => self.by_keys(&operands, batch.rows(), rows, cx),
            Index::Texts(texts) => operands[0]
                .values()
                .map(|value| together(value.elements().iter().filter_map(|element| texts.get(&element.to_string()))))
                .collect(),
            Index::Ranges { ranges, bounds } => {
                let operand = &operands[0];
                let ranges = self.ranges.get_or_insert_with(|| Ranges::new(ranges, bounds, operand.data_type()));
                operand
                    .values()
                    .map(|value| {
                        let mut found: Vec<u32> = Vec::new();
                        for element in value.elements() {
                            match ranges.key(element) {
                                Ok(key) => found.extend(ranges.containing(key)),
                                Err(failure) => cx.warnings.add(&self.site, &failure),
                            }
                        }
                        found.sort_unstable();
                        found.dedup();
                        found
                    })
                    .collect()
            }
        };
        if self.conditions.is_empty() { candidates } else { self.holding(batch, rows, candidates, cx) }
    }

    fn by_keys(&self, keys: &[Column], count: usize, rows: &Rows, cx: &mut Cx<'_>) -> Vec<Vec<u32>> {
        let Index::Keys { table, rows: of_group, lists } = &rows.index else { return vec![Vec::new(); count] };
        let any_list = keys.iter().any(Column::is_list);
        let is_list = |row: usize| keys.iter().any(|key| key.value(row).elements().len() > 1);
        let mut told = false;
        let in_list = if lists.len() == 0 { Vec::new() } else { lists.lookup(keys, count) };
        let groups = table.lookup(keys, count);
        let found = groups
            .into_iter()
            .enumerate()
            .map(|(row, group)| {
                if keys.iter().any(|key| key.is_null(row)) {
                    return Vec::new();
                }
                told |= in_list.get(row).is_some_and(Option::is_some);
                if any_list && is_list(row) {
                    told = true;
                    return Vec::new();
                }
                group.map_or_else(Vec::new, |group| of_group[group as usize].clone())
            })
            .collect();
        if told {
            self.tell_of_lists(cx.warnings);
        }
        found
    }

    fn tell_of_lists(&self, warnings: &mut Warnings) {
        warnings.add(&self.site, &Failure::illegal_argument("LOOKUP JOIN encountered multi-value"));
    }

    /// Those of the candidates for which the conditions hold.
    fn holding(&self, batch: &Batch, rows: &Rows, candidates: Vec<Vec<u32>>, cx: &mut Cx<'_>) -> Vec<Vec<u32>> {
        let mut holding = vec![Vec::new(); candidates.len()];
        let pairs: Vec<(u32, u32)> = candidates
            .iter()
            .enumerate()
            .flat_map(|(row, others)| others.iter().map(move |other| (row as u32, *other)))
            .collect();
        // What fails is told of the whole join, as a list in a key is.
        let mut failures = Warnings::default();
        for part in pairs.chunks(MOST_PAIRS) {
            let mut part = part.to_vec();
            for condition in &self.conditions {
                let left = UInt32Array::from_iter_values(part.iter().map(|pair| pair.0));
                let right = UInt32Array::from_iter_values(part.iter().map(|pair| pair.1));
                let mut columns = batch.take(&left).into_columns();
                columns.extend(rows.batch.take(&right).into_columns());
                let both = Batch::new(columns, part.len());
                let flags = condition.evaluate(&both, &mut failures, cx.settings).flags();
                part = part.iter().zip(flags.values()).filter(|(_, holds)| *holds).map(|(pair, _)| *pair).collect();
                if part.is_empty() {
                    break;
                }
            }
            for (row, other) in part {
                holding[row as usize].push(other);
            }
        }
        if failures.texts().iter().any(|text| text.ends_with("encountered multi-value")) {
            self.tell_of_lists(cx.warnings);
        } else {
            cx.warnings.merge(failures);
        }
        holding
    }
}

/// Several lists of rows as one, in order and without duplicates.
fn together<'a>(mut lists: impl Iterator<Item = &'a Vec<u32>>) -> Vec<u32> {
    let Some(first) = lists.next() else { return Vec::new() };
    let mut all = first.clone();
    let mut several = false;
    for more in lists {
        all.extend(more);
        several = true;
    }
    if several {
        all.sort_unstable();
        all.dedup();
    }
    all
}
