use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::UInt32Array;
use quarry_functions::{Failure, Site, Warnings};
use quarry_plan::{Attribute, Matching};
use quarry_types::{Batch, Column, Strings};

use super::matches::Matches;
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

    /// The matches of each row of `batch`.
    pub(super) fn find(&mut self, batch: &Batch, rows: &Rows, cx: &mut Cx<'_>) -> Matches {
        let operands: Vec<Column> =
            self.operands.iter().map(|operand| operand.evaluate(batch, cx.warnings, cx.settings)).collect();
        let candidates = match &rows.index {
            Index::None => Matches::repeated(rows.batch.rows() as u32, batch.rows()),
            Index::Keys { .. } => self.by_keys(&operands, batch.rows(), rows, cx),
            Index::Texts(texts) => by_texts(&operands[0], texts),
            Index::Ranges { ranges, bounds } => self.by_ranges(&operands[0], ranges, bounds, cx),
        };
        if self.conditions.is_empty() { candidates } else { self.holding(batch, rows, &candidates, cx) }
    }

    fn by_keys(&self, keys: &[Column], count: usize, rows: &Rows, cx: &mut Cx<'_>) -> Matches {
        let mut matches = Matches::default();
        let Index::Keys { table, rows: of_group, lists, .. } = &rows.index else {
            return Matches::repeated(0, count);
        };
        let any_list = keys.iter().any(Column::is_list);
        let is_list = |row: usize| keys.iter().any(|key| key.value(row).elements().len() > 1);
        let mut told = false;
        let in_list = if lists.len() == 0 { Vec::new() } else { lists.lookup(keys, count) };
        for (row, group) in table.lookup(keys, count).into_iter().enumerate() {
            if keys.iter().any(|key| key.is_null(row)) {
                matches.push([]);
                continue;
            }
            told |= in_list.get(row).is_some_and(Option::is_some);
            match group {
                _ if any_list && is_list(row) => {
                    told = true;
                    matches.push([]);
                }
                Some(group) => matches.push(of_group[group as usize].iter().copied()),
                None => matches.push([]),
            }
        }
        if told {
            self.tell_of_lists(cx.warnings);
        }
        matches
    }

    fn by_ranges(
        &mut self,
        operand: &Column,
        ranges: &Column,
        bounds: &[Option<Column>; 4],
        cx: &mut Cx<'_>,
    ) -> Matches {
        let ranges = self.ranges.get_or_insert_with(|| Ranges::new(ranges, bounds, operand.data_type()));
        let mut matches = Matches::default();
        for value in operand.values() {
            let mut found: Vec<u32> = Vec::new();
            for element in value.elements() {
                match ranges.key(element) {
                    Ok(key) => found.extend(ranges.containing(key)),
                    Err(failure) => cx.warnings.add(&self.site, &failure),
                }
            }
            matches.push_unsorted(found);
        }
        matches
    }

    fn tell_of_lists(&self, warnings: &mut Warnings) {
        warnings.add(&self.site, &Failure::illegal_argument("LOOKUP JOIN encountered multi-value"));
    }

    /// Those of the candidates for which the conditions hold.
    fn holding(&self, batch: &Batch, rows: &Rows, candidates: &Matches, cx: &mut Cx<'_>) -> Matches {
        let mut holding: Vec<(u32, u32)> = Vec::new();
        // What fails is told of the whole join, as a list in a key is.
        let mut failures = Warnings::default();
        for part in candidates.pairs().chunks(MOST_PAIRS) {
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
            holding.extend(part);
        }
        if failures.texts().iter().any(|text| text.ends_with("encountered multi-value")) {
            self.tell_of_lists(cx.warnings);
        } else {
            cx.warnings.merge(failures);
        }
        Matches::from_pairs(&holding, candidates.len())
    }
}

/// The rows that have the text of some value.
fn by_texts(operand: &Column, texts: &HashMap<String, Vec<u32>>) -> Matches {
    let mut matches = Matches::default();
    if let Some(cells) = operand.cells::<Strings>() {
        for row in 0..operand.len() {
            let mut found = cells.row(row).filter_map(|text| texts.get(text));
            push_together(&mut matches, &mut found);
        }
        return matches;
    }
    for value in operand.values() {
        let mut found = value.elements().iter().filter_map(|element| texts.get(&element.to_string()));
        push_together(&mut matches, &mut found);
    }
    matches
}

/// Adds several lists of rows as the matches of one row.
fn push_together(matches: &mut Matches, lists: &mut dyn Iterator<Item = &Vec<u32>>) {
    match (lists.next(), lists.next()) {
        (None, _) => matches.push([]),
        (Some(one), None) => matches.push(one.iter().copied()),
        (Some(one), Some(two)) => {
            matches.push_unsorted(one.iter().chain(two).chain(lists.flatten()).copied().collect());
        }
    }
}
