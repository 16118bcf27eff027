use quarry_types::date::format_millis;
use quarry_types::number::format_double;
use quarry_types::range::{format_dates, format_doubles};
use quarry_types::{DataType, Doubles, Longs};

use crate::definition::accept::{DATE, DOUBLE};
use crate::lift::map2_as;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_RANGE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_range",
    aliases: &[],
    category: Category::Range,
    summary: "The range from one date or double up to another.",
    details: "The range ends before its end. Null, with a warning, where it would end before it begins.",
    parameters: &[
        Parameter { name: "from", description: "The first value in the range." },
        Parameter { name: "to", description: "The first value behind it." },
    ],
    signatures: &[
        Signature::new(&[DATE, DATE], Returns::Always(DataType::DateRange)),
        Signature::new(&[DOUBLE, DOUBLE], Returns::Always(DataType::DoubleRange)),
    ],
    examples: &[Example { query: "ROW x = TO_RANGE(1.0, 2.5)", result: "1.0..2.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.returns {
        DataType::DateRange => map2_as::<Longs, Longs, Result<String, Failure>>(DataType::DateRange, |from, to| {
            if from <= to {
                Ok(format_dates((from, to)))
            } else {
                Err(reversed(&format_millis(from), &format_millis(to)))
            }
        }),
        _ => map2_as::<Doubles, Doubles, Result<String, Failure>>(DataType::DoubleRange, |from, to| {
            if from < to {
                Ok(format_doubles((from, to)))
            } else {
                Err(reversed(&format_double(from), &format_double(to)))
            }
        }),
    })
}

fn reversed(from: &str, to: &str) -> Failure {
    Failure::illegal_argument(format!("'from' [{from}] must be less than 'to' [{to}]"))
}
