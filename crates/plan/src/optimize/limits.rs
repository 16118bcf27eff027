//! A limit directly above a sort makes it a top-n; so do limits above steps that keep rows one to one.

use super::map_inputs;
use crate::plan::{Node, Plan};

pub(super) fn join_limits(plan: Plan) -> Plan {
    let plan = map_inputs(plan, &mut join_limits);
    match &plan.node {
        Node::Limit { count, .. } => {
            let count = *count;
            limited(plan, count)
        }
        _ => plan,
    }
}

/// The plan, in which the sort that `count` rows are wanted of knows it.
fn limited(plan: Plan, count: usize) -> Plan {
    let Plan { node, output } = plan;
    let node = match node {
        Node::Limit { input, count: own, implicit } => {
            let count = count.min(own);
            Node::Limit { input: Box::new(limited(*input, count)), count: own, implicit }
        }
        Node::Project { input, sources } => Node::Project { input: Box::new(limited(*input, count)), sources },
        Node::Eval { input, fields } => Node::Eval { input: Box::new(limited(*input, count)), fields },
        Node::Extract { input, operand, extractor, fields, site } => {
            Node::Extract { input: Box::new(limited(*input, count)), operand, extractor, fields, site }
        }
        // Every row comes out at least once, in its place.
        Node::Lookup { input, right, matching, expand, fields, site } => {
            Node::Lookup { input: Box::new(limited(*input, count)), right, matching, expand, fields, site }
        }
        Node::Membership { input, right, keys, target, site } => {
            Node::Membership { input: Box::new(limited(*input, count)), right, keys, target, site }
        }
        Node::Sort { input, keys, limit } => {
            Node::Sort { input, keys, limit: Some(limit.map_or(count, |limit| limit.min(count))) }
        }
        other => other,
    };
    Plan { node, output }
}
