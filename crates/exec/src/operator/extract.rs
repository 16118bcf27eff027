use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_functions::extract::Extractor;
use quarry_functions::{Context, Site};
use quarry_plan::{Attribute, Expr};
use quarry_types::Batch;

use super::eval::places;
use super::{Cx, Operator, Output};
use crate::{Evaluator, ExecError};

/// DISSECT and the like: several columns out of one.
pub(super) struct Extract {
    operand: Evaluator,
    extractor: Arc<dyn Extractor>,
    site: Arc<Site>,
    wanted: Vec<bool>,
    places: Vec<usize>,
}

impl Extract {
    pub(super) fn new(
        operand: &Expr,
        extractor: &Arc<dyn Extractor>,
        fields: &[Attribute],
        site: &Arc<Site>,
        input: &[Attribute],
        output: &[Attribute],
    ) -> Self {
        let mut all = input.to_vec();
        all.extend(fields.iter().cloned());
        Self {
            operand: Evaluator::new(operand, input),
            extractor: extractor.clone(),
            site: site.clone(),
            wanted: fields.iter().map(|field| output.iter().any(|attribute| attribute.id == field.id)).collect(),
            places: places(&all, output),
        }
    }
}

impl Operator for Extract {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        let rows = batch.rows();
        let operand = self.operand.evaluate(&batch, cx.warnings, cx.settings);
        let mut context = Context { rows, site: &self.site, warnings: cx.warnings, settings: cx.settings };
        let new = self.extractor.extract(&mut context, &operand, &self.wanted);
        let mut all = batch.into_columns();
        all.extend(new);
        let columns = self.places.iter().map(|place| all[*place].clone()).collect();
        out(Batch::new(columns, rows), cx)
    }
}
