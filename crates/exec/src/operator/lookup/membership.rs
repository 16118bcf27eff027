use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_functions::{Failure, Site};
use quarry_plan::expression::Expr;
use quarry_plan::{Attribute, Matching, Plan};
use quarry_types::{Batch, Column, ColumnBuilder, DataType};

use super::rows::{Index, Rows};
use super::{Cx, Operator, Output, SharedRows};
use crate::{Evaluator, ExecError};

/// IN with a subquery: whether the values of a row are among the rows of another plan.
pub(in crate::operator) struct Membership {
    shared: Arc<SharedRows>,
    right: Arc<Plan>,
    matching: Matching,
    operands: Vec<Evaluator>,
    /// For each output column its place in the input; none for the new one.
    sources: Vec<Option<usize>>,
    site: Arc<Site>,
    /// Whether what failed while the rows were read is among this lane's warnings.
    told: bool,
}

impl Membership {
    pub(in crate::operator) fn new(
        shared: Arc<SharedRows>,
        right: &Arc<Plan>,
        keys: &[(Expr, Expr)],
        target: &Attribute,
        site: &Arc<Site>,
        input: &[Attribute],
        output: &[Attribute],
    ) -> Self {
        let place = |wanted: &Attribute| input.iter().position(|a| a.id == wanted.id).unwrap_or(0);
        Self {
            shared,
            right: right.clone(),
            matching: Matching::Conditions { keys: keys.to_vec(), others: Vec::new() },
            operands: keys.iter().map(|(own, _)| Evaluator::new(own, input)).collect(),
            sources: output.iter().map(|wanted| (wanted.id != target.id).then(|| place(wanted))).collect(),
            site: site.clone(),
            told: false,
        }
    }

    fn found(&self, batch: &Batch, rows: &Rows, cx: &mut Cx<'_>) -> Column {
        let operands: Vec<Column> =
            self.operands.iter().map(|operand| operand.evaluate(batch, cx.warnings, cx.settings)).collect();
        let mut column = ColumnBuilder::with_capacity(DataType::Boolean, batch.rows());
        let (groups, nulls) = match &rows.index {
            Index::Keys { table, nulls, .. } => (table.lookup(&operands, batch.rows()), *nulls),
            _ => (vec![None; batch.rows()], false),
        };
        // Nothing at all is in no rows, not even null.
        let none = rows.batch.rows() == 0;
        let any_list = operands.iter().any(Column::is_list);
        for (row, group) in groups.into_iter().enumerate() {
            let is_list = || operands.iter().any(|operand| operand.value(row).elements().len() > 1);
            if none {
                column.push_bool(false);
            } else if operands.iter().any(|operand| operand.is_null(row)) {
            } else if any_list && is_list() {
                cx.warnings.add(&self.site, &Failure::multi_value());
            } else if group.is_some() || !nulls {
                column.push_bool(group.is_some());
            }
            column.finish_row();
        }
        column.finish()
    }
}

impl Operator for Membership {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let rows = self
            .shared
            .get_or_init(|| Rows::read(&self.right, &self.matching, cx.options, cx.account).map(Arc::new))
            .clone()?;
        if !self.told {
            self.told = true;
            cx.warnings.merge(rows.warnings.clone());
        }
        let found = self.found(&batch, &rows, cx);
        let columns = self
            .sources
            .iter()
            .map(|source| source.map_or_else(|| found.clone(), |place| batch.column(place).clone()))
            .collect();
        out(batch.with_columns(columns), cx)
    }
}
