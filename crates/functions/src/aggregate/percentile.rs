use quarry_types::DataType;

use super::quantiles::{Measure, accumulator};
use super::state::constant;
use crate::definition::accept::SIGNED;
use crate::{Accumulator, AggregateFunction, BuildError, Call, Example, Parameter, Returns, Signature};

/// `PERCENTILE`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "percentile",
    aliases: &[],
    summary: "The value below which a percentage of all values lie.",
    details: "Between two values it changes evenly. Exact for up to two thousand values, then an estimate close to it. \
              Null where there is no value, and where the percentage isn't between 0 and 100.",
    parameters: &[
        Parameter { name: "number", description: "The numbers." },
        Parameter { name: "percentile", description: "The percentage, a constant." },
    ],
    signatures: &[Signature::new(&[SIGNED, SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example {
        query: "ROW x = [10, 20, 30] | STATS a = PERCENTILE(x, 0), b = PERCENTILE(x, 75)",
        result: "10.0 | 25.0",
    }],
    inputs: 1,
    implicit: &[],
    build,
};

fn build(call: &Call<'_>) -> Result<Box<dyn Accumulator>, BuildError> {
    let percentage = constant(call, 1)?.as_f64().unwrap_or(f64::NAN);
    Ok(accumulator(Measure::Percentile(percentage)))
}
