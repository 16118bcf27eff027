//! The same rows with less work.
//!
//! Passes, in order: filters move towards the scan and through views ([`pushdown`]), a limit joins the sort under it
//! ([`limits`]), columns that nothing reads disappear ([`prune`]), scans read the first of several fields that a record
//! has ([`fallback`]), and the filters that reached a scan tell it what a record must have ([`prefilter`], [`presence`]).

mod fallback;
mod limits;
mod prefilter;
mod presence;
mod prune;
pub(crate) mod pushdown;

use std::sync::Arc;

use quarry_functions::Settings;

use crate::plan::Plan;

/// Which passes run.
#[derive(Clone, Copy, Debug)]
pub struct OptimizeOptions {
    /// Whether scans are told what a record must have to be of interest.
    pub prefilter: bool,
    /// Whether they may tell from a record's bytes, before it is parsed.
    pub search_bytes: bool,
}

impl Default for OptimizeOptions {
    fn default() -> Self {
        Self { prefilter: true, search_bytes: true }
    }
}

/// Optimises `plan`. The result gives the same rows in the same order.
#[must_use]
pub fn optimize(plan: Plan, settings: &Settings, options: OptimizeOptions) -> Plan {
    let plan = pushdown::push_filters(plan, settings);
    let plan = limits::join_limits(plan);
    let plan = prune::prune(plan);
    let plan = fallback::read_first(plan);
    if options.prefilter { prefilter::derive(plan, options.search_bytes) } else { plan }
}

/// Rebuilds a plan with every input replaced.
pub(crate) fn map_inputs(plan: Plan, f: &mut dyn FnMut(Plan) -> Plan) -> Plan {
    use crate::plan::Node;
    let mut boxed = |input: Box<Plan>| Box::new(f(*input));
    let node = match plan.node {
        Node::Scan { .. } | Node::Row { .. } => plan.node,
        Node::Union { inputs } => Node::Union { inputs: inputs.into_iter().map(f).collect() },
        Node::Filter { input, conditions } => Node::Filter { input: boxed(input), conditions },
        Node::Window { input, times } => Node::Window { input: boxed(input), times },
        Node::Eval { input, fields } => Node::Eval { input: boxed(input), fields },
        Node::Project { input, sources } => Node::Project { input: boxed(input), sources },
        Node::Extract { input, operand, extractor, fields, site } => {
            Node::Extract { input: boxed(input), operand, extractor, fields, site }
        }
        Node::Limit { input, count, implicit } => Node::Limit { input: boxed(input), count, implicit },
        Node::LimitBy { input, count, keys } => Node::LimitBy { input: boxed(input), count, keys },
        Node::Sort { input, keys, limit } => Node::Sort { input: boxed(input), keys, limit },
        Node::Aggregate { input, aggregates, groups, empty } => {
            Node::Aggregate { input: boxed(input), aggregates, groups, empty }
        }
        Node::InlineAggregate { input, aggregates, groups, fields } => {
            Node::InlineAggregate { input: boxed(input), aggregates, groups, fields }
        }
        Node::MvExpand { input, column, target } => Node::MvExpand { input: boxed(input), column, target },
        Node::Lookup { input, right, matching, expand, fields, site } => {
            Node::Lookup { input: boxed(input), right, matching, expand, fields, site }
        }
        Node::Membership { input, right, keys, target, site } => {
            let input = boxed(input);
            Node::Membership { input, right: Arc::new(f((*right).clone())), keys, target, site }
        }
        Node::Sample { input, probability, seed } => Node::Sample { input: boxed(input), probability, seed },
        Node::ChangePoint { input, value, groups, kind, p_value, site } => {
            Node::ChangePoint { input: boxed(input), value, groups, kind, p_value, site }
        }
        Node::Whole { input, operand, keys, target } => Node::Whole { input: boxed(input), operand, keys, target },
    };
    Plan { node, output: plan.output }
}
