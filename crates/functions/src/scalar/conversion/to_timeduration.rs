use quarry_types::{DataType, Value};

use crate::definition::accept::{STRING, TIME_DURATION};
use crate::lift::constant;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_TIMEDURATION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_timeduration",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts a constant string to a exact span of time: hours, minutes, seconds or milliseconds.",
    details: "Only for the arithmetic of dates and for functions that take a span; no column can hold one.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[STRING.or(TIME_DURATION)], Returns::Always(DataType::TimeDuration))],
    examples: &[Example {
        query: r#"ROW x = "2024-01-31T00:00:00Z"::date + TO_TIMEDURATION("90 minutes")"#,
        result: "2024-01-31T01:30:00.000Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(_: &Call<'_>) -> Result<Kernel, BuildError> {
    // Spans are constants: the analyser has computed this one before a kernel would be asked.
    Ok(constant(DataType::TimeDuration, Value::Null))
}
