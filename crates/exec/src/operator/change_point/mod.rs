//! CHANGE_POINT: where a series of values changes.

mod detect;
mod distribution;

use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_functions::{Failure, Site};
use quarry_plan::{Attribute, Expr};
use quarry_types::{Batch, Column, ColumnBuilder, DataType};

use self::detect::{Change, FEWEST, detect};
use super::eval::places;
use super::held::{Held, OUTPUT_ROWS};
use super::{Cx, Operator, Output};
use crate::group_table::GroupTable;
use crate::{Budget, Evaluator, ExecError};

/// Values of a series that are looked at.
const MOST: usize = 1000;

/// Holds all rows, which come in the order of their series, and puts them out with two more columns.
pub(super) struct ChangePoint {
    value: Evaluator,
    groups: Vec<Evaluator>,
    types: Vec<DataType>,
    site: Arc<Site>,
    held: Held,
    places: Vec<usize>,
}

/// The values of one series, and the row of each.
#[derive(Default)]
struct Series {
    values: Vec<f64>,
    rows: Vec<u32>,
    nulls: bool,
    lists: bool,
    more: bool,
}

impl ChangePoint {
    pub(super) fn new(
        value: &Expr,
        groups: &[Expr],
        targets: [&Attribute; 2],
        site: &Arc<Site>,
        input: &[Attribute],
        output: &[Attribute],
        budget: &Budget,
    ) -> Self {
        let mut all = input.to_vec();
        all.extend(targets.into_iter().cloned());
        let types = input.iter().map(|attribute| attribute.data_type).collect();
        Self {
            value: Evaluator::new(value, input),
            groups: groups.iter().map(|group| Evaluator::new(group, input)).collect(),
            types: groups.iter().map(|group| group.data_type).collect(),
            site: site.clone(),
            held: Held::new(types, budget, "CHANGE_POINT"),
            places: places(&all, output),
        }
    }

    fn series(&self, batch: &Batch, cx: &mut Cx<'_>) -> Vec<Series> {
        let value = self.value.evaluate(batch, cx.warnings, cx.settings);
        let keys: Vec<Column> =
            self.groups.iter().map(|group| group.evaluate(batch, cx.warnings, cx.settings)).collect();
        let mut table = GroupTable::new(&self.types);
        let groups = if keys.is_empty() { vec![0; batch.rows()] } else { table.number(&keys, batch.rows()) };
        let mut all: Vec<Series> = Vec::new();
        for (row, group) in groups.into_iter().enumerate() {
            let group = group as usize;
            if all.len() <= group {
                all.resize_with(group + 1, Series::default);
            }
            let series = &mut all[group];
            let cell = value.value(row);
            match (cell.elements(), cell.as_f64()) {
                ([], _) => series.nulls = true,
                ([_, _, ..], _) => series.lists = true,
                _ if series.values.len() == MOST => series.more = true,
                (_, Some(number)) => {
                    series.values.push(number);
                    series.rows.push(row as u32);
                }
                _ => series.nulls = true,
            }
        }
        all
    }

    fn warn(&self, series: &Series, cx: &mut Cx<'_>) {
        let mut warn = |message: String| cx.warnings.add(&self.site, &Failure::illegal_argument(message));
        if series.more {
            warn(format!("too many values; keeping only first {MOST} values"));
        }
        if series.nulls {
            warn("values contain nulls; skipping them".to_owned());
        }
        if series.lists {
            warn(
                "values contains multivalued entries; skipping them (please consider reducing them with e.g. MV_AVG or MV_SUM)"
                    .to_owned(),
            );
        }
        if series.values.len() < FEWEST {
            warn(format!(
                "not enough buckets to calculate change_point. Requires at least [{FEWEST}]; found [{}]",
                series.values.len()
            ));
        }
    }
}

impl Operator for ChangePoint {
    fn push(&mut self, batch: Batch, _cx: &mut Cx<'_>, _out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        self.held.add(&batch)?;
        Ok(ControlFlow::Continue(()))
    }

    fn finish(&mut self, cx: &mut Cx<'_>, out: Output<'_>) -> Result<(), ExecError> {
        let batch = self.held.take();
        let rows = batch.rows();
        let mut changes: Vec<(u32, Change)> = Vec::new();
        for series in self.series(&batch, cx) {
            self.warn(&series, cx);
            if let Some(change) = detect(&series.values) {
                changes.push((series.rows[change.at], change));
            }
        }
        changes.sort_by_key(|(row, _)| *row);
        let mut kinds = ColumnBuilder::with_capacity(DataType::Keyword, rows);
        let mut p_values = ColumnBuilder::with_capacity(DataType::Double, rows);
        let mut changes = changes.into_iter().peekable();
        for row in 0..rows as u32 {
            if let Some((_, change)) = changes.next_if(|(at, _)| *at == row) {
                kinds.push_str(change.kind.name());
                p_values.push_f64(change.p_value);
            }
            kinds.finish_row();
            p_values.finish_row();
        }
        let mut all = batch.into_columns();
        all.extend([kinds.finish(), p_values.finish()]);
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
