use quarry_types::DataType;

use super::quantiles::{Measure, accumulator};
use crate::definition::accept::SIGNED;
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `MEDIAN_ABSOLUTE_DEVIATION`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "median_absolute_deviation",
    aliases: &[],
    summary: "The median of the distances between each value and the median of all.",
    details: "Exact for up to two thousand values, then an estimate close to it. Null where there is no value.",
    parameters: &[Parameter { name: "number", description: "The numbers." }],
    signatures: &[Signature::new(&[SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 2, 9] | STATS x = MEDIAN_ABSOLUTE_DEVIATION(x)", result: "1.0" }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(accumulator(Measure::MedianDeviation)),
};
