use std::cmp::Ordering;
use std::ops::ControlFlow;

use arrow_array::UInt32Array;
use quarry_plan::{Attribute, SortKey};
use quarry_types::{Batch, Comparator, DataType};

use super::{Cx, Operator, Output};
use crate::budget::Share;
use crate::{Budget, Evaluator, ExecError};

/// Rows put out at a time.
const OUTPUT_ROWS: usize = 4096;

/// SORT, and with a limit the first rows of it. Equal rows keep their order.
pub(super) struct Sort {
    keys: Vec<(Evaluator, bool, bool)>,
    limit: Option<usize>,
    types: Vec<DataType>,
    held: Vec<Batch>,
    rows: usize,
    bytes: usize,
    share: Share,
}

impl Sort {
    pub(super) fn new(keys: &[SortKey], limit: Option<usize>, input: &[Attribute], budget: &Budget) -> Self {
        Self {
            keys: keys.iter().map(|k| (Evaluator::new(&k.expr, input), k.descending, k.nulls_first)).collect(),
            limit,
            types: input.iter().map(|attribute| attribute.data_type).collect(),
            held: Vec::new(),
            rows: 0,
            bytes: 0,
            share: budget.share("SORT"),
        }
    }

    fn sorted(&mut self, cx: &mut Cx<'_>) -> Batch {
        let all = Batch::concat(&self.types, &std::mem::take(&mut self.held));
        let comparators: Vec<Comparator> = self
            .keys
            .iter()
            .map(|(key, descending, nulls_first)| {
                Comparator::new(&key.evaluate(&all, cx.warnings, cx.settings), *descending, *nulls_first)
            })
            .collect();
        let mut order: Vec<u32> = (0..all.rows() as u32).collect();
        let compare = |a: &u32, b: &u32| {
            comparators
                .iter()
                .map(|comparator| comparator.compare(*a as usize, *b as usize))
                .find(|ordering| *ordering != Ordering::Equal)
                .unwrap_or_else(|| a.cmp(b))
        };
        if let Some(limit) = self.limit
            && limit < order.len()
        {
            if limit > 0 {
                order.select_nth_unstable_by(limit - 1, compare);
            }
            order.truncate(limit);
        }
        order.sort_unstable_by(compare);
        all.take(&UInt32Array::from(order))
    }
}

impl Operator for Sort {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, _out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        if batch.rows() == 0 || self.limit == Some(0) {
            return Ok(ControlFlow::Continue(()));
        }
        self.rows += batch.rows();
        let batch = batch.compact();
        self.bytes += batch.memory_bytes();
        self.held.push(batch);
        if let Some(limit) = self.limit
            && self.rows > limit.saturating_mul(4).max(OUTPUT_ROWS * 2)
        {
            let best = self.sorted(cx).compact();
            self.rows = best.rows();
            self.bytes = best.memory_bytes();
            self.held.push(best);
        }
        self.share.set(self.bytes)?;
        Ok(ControlFlow::Continue(()))
    }

    fn finish(&mut self, cx: &mut Cx<'_>, out: Output<'_>) -> Result<(), ExecError> {
        let sorted = self.sorted(cx);
        let mut at = 0;
        while at < sorted.rows() {
            let len = OUTPUT_ROWS.min(sorted.rows() - at);
            if out(sorted.slice(at, len), cx)?.is_break() {
                break;
            }
            at += len;
        }
        Ok(())
    }
}
