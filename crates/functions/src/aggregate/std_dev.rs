use quarry_types::DataType;

use super::moments;
use crate::definition::accept::SIGNED;
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `STD_DEV`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "std_dev",
    aliases: &[],
    summary: "The standard deviation of all values, taken as the whole population.",
    details: "0 for a single value, null where there is none.",
    parameters: &[Parameter { name: "number", description: "The numbers." }],
    signatures: &[Signature::new(&[SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 3] | STATS x = STD_DEV(x)", result: "1.0" }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(moments::accumulator(f64::sqrt)),
};
