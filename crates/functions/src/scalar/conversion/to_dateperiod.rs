use quarry_types::{DataType, Value};

use crate::definition::accept::{DATE_PERIOD, STRING};
use crate::lift::constant;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_DATEPERIOD`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_dateperiod",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts a constant string to a calendar span of time: years, quarters, months, weeks or days.",
    details: "Only for the arithmetic of dates and for functions that take a span; no column can hold one.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[STRING.or(DATE_PERIOD)], Returns::Always(DataType::DatePeriod))],
    examples: &[Example {
        query: r#"ROW x = "2024-01-31T00:00:00Z"::date + TO_DATEPERIOD("1 month")"#,
        result: "2024-02-29T00:00:00.000Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(_: &Call<'_>) -> Result<Kernel, BuildError> {
    // Spans are constants: the analyser has computed this one before a kernel would be asked.
    Ok(constant(DataType::DatePeriod, Value::Null))
}
