use std::ops::ControlFlow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, UInt32Array};
use quarry_plan::{Attribute, ColumnId};
use quarry_types::{Batch, Column};

use super::{Cx, Operator, Output};
use crate::ExecError;

/// Rows put out at a time.
const OUTPUT_ROWS: usize = 4096;

/// MV_EXPAND: a row for each value.
pub(super) struct MvExpand {
    place: usize,
    /// For each output column its place in the input; the expanded one has the input column's.
    places: Vec<usize>,
}

impl MvExpand {
    pub(super) fn new(column: ColumnId, target: &Attribute, input: &[Attribute], output: &[Attribute]) -> Self {
        let place = |id: ColumnId| input.iter().position(|attribute| attribute.id == id).unwrap_or(0);
        let places = output.iter().map(|a| if a.id == target.id { usize::MAX } else { place(a.id) }).collect();
        Self { place: place(column), places }
    }

    fn arrange(&self, batch: &Batch, expanded: &Column) -> Vec<Column> {
        self.places
            .iter()
            .map(|place| if *place == usize::MAX { expanded.clone() } else { batch.column(*place).clone() })
            .collect()
    }
}

impl Operator for MvExpand {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let column = batch.column(self.place).expand();
        let Some(list) = column.array().as_list_opt::<i32>() else {
            let columns = self.arrange(&batch, &column);
            return out(batch.with_columns(columns), cx);
        };
        let (mut rows, mut elements) = (Vec::new(), Vec::new());
        for row in 0..list.len() {
            let (start, end) = (list.value_offsets()[row], list.value_offsets()[row + 1]);
            if list.is_null(row) || start == end {
                rows.push(row as u32);
                elements.push(None);
                continue;
            }
            for element in start..end {
                rows.push(row as u32);
                elements.push(Some(element as u32));
            }
        }
        let values = Column::new(column.data_type(), list.values().clone()).expand();
        // In parts, so that a limit further on ends the work: several expansions one after the other multiply.
        for (rows, elements) in rows.chunks(OUTPUT_ROWS).zip(elements.chunks(OUTPUT_ROWS)) {
            let expanded = values.take(&UInt32Array::from(elements.to_vec()));
            let part = batch.take(&UInt32Array::from(rows.to_vec()));
            let columns = self.arrange(&part, &expanded);
            if out(part.with_columns(columns), cx)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
