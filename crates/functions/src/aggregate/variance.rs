use quarry_types::DataType;

use super::moments;
use crate::definition::accept::SIGNED;
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `VARIANCE`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "variance",
    aliases: &["std_var"],
    summary: "The variance of all values, taken as the whole population.",
    details: "0 for a single value, null where there is none.",
    parameters: &[Parameter { name: "number", description: "The numbers." }],
    signatures: &[Signature::new(&[SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 5] | STATS x = VARIANCE(x)", result: "4.0" }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(moments::accumulator(|variance| variance)),
};
