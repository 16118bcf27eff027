use quarry_types::DataType;

use super::quantiles::{Measure, accumulator};
use crate::definition::accept::SIGNED;
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `MEDIAN`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "median",
    aliases: &[],
    summary: "The middle value; of an even number of values, the mean of the two in the middle.",
    details: "Exact for up to two thousand values, then an estimate close to it. Null where there is no value.",
    parameters: &[Parameter { name: "number", description: "The numbers." }],
    signatures: &[Signature::new(&[SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 2, 8, 9] | STATS x = MEDIAN(x)", result: "5.0" }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(accumulator(Measure::Percentile(50.0))),
};
