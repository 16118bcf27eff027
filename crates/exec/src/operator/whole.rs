use std::ops::ControlFlow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, UInt32Array};
use quarry_plan::{Attribute, Expr, Whole};
use quarry_types::{Batch, Column};

use super::eval::places;
use super::held::{Held, OUTPUT_ROWS};
use super::{Cx, Operator, Output};
use crate::{Budget, Evaluator, ExecError};

/// A column that needs all values: holds all rows, then puts out one row for each value.
pub(super) struct WholeColumn {
    operand: Evaluator,
    keys: Whole,
    held: Held,
    places: Vec<usize>,
}

impl WholeColumn {
    pub(super) fn new(
        operand: &Expr,
        keys: &Whole,
        target: &Attribute,
        input: &[Attribute],
        output: &[Attribute],
        budget: &Budget,
    ) -> Self {
        let mut all = input.to_vec();
        all.push(target.clone());
        let types = input.iter().map(|attribute| attribute.data_type).collect();
        Self {
            operand: Evaluator::new(operand, input),
            keys: keys.clone(),
            held: Held::new(types, budget, "CATEGORIZE"),
            places: places(&all, output),
        }
    }
}

impl Operator for WholeColumn {
    fn push(&mut self, batch: Batch, _cx: &mut Cx<'_>, _out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        self.held.add(&batch)?;
        Ok(ControlFlow::Continue(()))
    }

    fn finish(&mut self, cx: &mut Cx<'_>, out: Output<'_>) -> Result<(), ExecError> {
        let batch = self.held.take();
        if batch.rows() == 0 {
            return Ok(());
        }
        let operand = self.operand.evaluate(&batch, cx.warnings, cx.settings);
        let (operand, batch) = match one_by_one(&operand) {
            Some((rows, values)) => (values, batch.take(&rows)),
            None => (operand, batch),
        };
        let keys = (self.keys.0)(&operand);
        let rows = batch.rows();
        let mut all = batch.into_columns();
        all.push(keys);
        let batch = Batch::new(self.places.iter().map(|place| all[*place].clone()).collect(), rows);
        let mut at = 0;
        while at < rows {
            let len = OUTPUT_ROWS.min(rows - at);
            if out(batch.slice(at, len), cx)?.is_break() {
                break;
            }
            at += len;
        }
        Ok(())
    }
}

/// The values of a column of lists one by one, and the row of each; `None` for other columns.
pub(super) fn one_by_one(column: &Column) -> Option<(UInt32Array, Column)> {
    let column = if column.is_list() { column.expand() } else { return None };
    let list = column.array().as_list_opt::<i32>()?;
    let (mut rows, mut elements) = (Vec::new(), Vec::new());
    for row in 0..list.len() {
        let (start, end) = (list.value_offsets()[row], list.value_offsets()[row + 1]);
        if list.is_null(row) || start == end {
            rows.push(row as u32);
            elements.push(None);
            continue;
        }
        rows.extend((start..end).map(|_| row as u32));
        elements.extend((start..end).map(|element| Some(element as u32)));
    }
    let values = Column::new(column.data_type(), list.values().clone()).expand();
    Some((UInt32Array::from(rows), values.take(&UInt32Array::from(elements))))
}
