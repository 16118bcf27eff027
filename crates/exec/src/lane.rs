//! The parts of a plan that run independently.

use std::sync::Arc;

use quarry_plan::expression::Expr;
use quarry_plan::scan::{ScanColumn, ScanRequest, Split};
use quarry_plan::{Node, Plan};

use crate::ExecOptions;
use crate::operator::{SharedRows, is_streaming};

/// A source of batches and the steps that they go through.
pub(crate) struct Lane<'p> {
    pub(crate) source: LaneSource<'p>,
    /// From the source upwards.
    pub(crate) steps: Vec<Step<'p>>,
}

/// A step, and what all lanes that run it share.
#[derive(Clone)]
pub(crate) struct Step<'p> {
    pub(crate) plan: &'p Plan,
    /// The rows of a lookup.
    pub(crate) rows: Option<Arc<SharedRows>>,
}

impl<'p> Step<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        let rows = matches!(plan.node, Node::Lookup { .. } | Node::Membership { .. }).then(Arc::default);
        Self { plan, rows }
    }
}

pub(crate) enum LaneSource<'p> {
    /// A part of a table.
    Split { split: Arc<dyn Split>, request: Arc<ScanRequest> },
    /// One row of constants.
    Row(&'p [Expr]),
    /// A plan with a blocking step of its own.
    Nested(&'p Plan),
}

/// The lanes whose outputs, one after the other, are the output of `plan`.
pub(crate) fn lanes<'p>(plan: &'p Plan, options: &ExecOptions) -> Vec<Lane<'p>> {
    match &plan.node {
        Node::Scan { table, columns, prefilter } => {
            let columns = columns
                .iter()
                .zip(&plan.output)
                .map(|(kind, attribute)| ScanColumn { kind: kind.clone(), data_type: attribute.data_type })
                .collect();
            let request = ScanRequest {
                prefilter: prefilter.clone(),
                cancelled: options.cancelled.clone(),
                ..ScanRequest::new(columns)
            };
            let request = Arc::new(request);
            let splits = table.splits(&request);
            splits
                .into_iter()
                .map(|split| Lane { source: LaneSource::Split { split, request: request.clone() }, steps: Vec::new() })
                .collect()
        }
        Node::Row { values } => vec![Lane { source: LaneSource::Row(values), steps: Vec::new() }],
        Node::Union { inputs } => inputs.iter().flat_map(|input| lanes(input, options)).collect(),
        node if is_streaming(node) => {
            let mut below: Vec<Lane<'p>> = plan.inputs().into_iter().flat_map(|input| lanes(input, options)).collect();
            let step = Step::new(plan);
            below.iter_mut().for_each(|lane| lane.steps.push(step.clone()));
            below
        }
        _ => vec![Lane { source: LaneSource::Nested(plan), steps: Vec::new() }],
    }
}
