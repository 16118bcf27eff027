use std::cmp::Ordering;

use super::extreme;
use crate::{AggregateFunction, Example, Parameter};

/// `MAX`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "max",
    aliases: &[],
    summary: "The largest value.",
    details: "Strings compare byte by byte, versions as versions, false comes before true. Every value of a list is \
              looked at; null where there is none.",
    parameters: &[Parameter { name: "field", description: "The values." }],
    signatures: &extreme::SIGNATURES,
    examples: &[Example { query: "ROW x = [3, 9, 4] | STATS x = MAX(x)", result: "9" }],
    inputs: 1,
    implicit: &[],
    build: |call| Ok(extreme::accumulator(call, Ordering::Greater)),
};
