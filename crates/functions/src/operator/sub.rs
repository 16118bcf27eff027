use crate::definition::accept::{DATES, SPAN};
use crate::operator::arithmetic::{self, PARAMETERS};
use crate::{BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Returns, ScalarFunction, Signature};

/// `-`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "sub",
    aliases: &[],
    category: Category::Operator,
    summary: "Subtracts a number from another, or a span of time from a date.",
    details: "Overflow gives null and a warning. Two dates are compared by DATE_DIFF.",
    parameters: PARAMETERS,
    signatures: &[arithmetic::NUMBERS[0], arithmetic::NUMBERS[1], Signature::new(&[DATES, SPAN], Returns::Argument(0))],
    examples: &[Example { query: r#"ROW x = 1 - 2"#, result: "-1" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some((date, span)) = arithmetic::date_and_span(call) {
        return Ok(arithmetic::shift_kernel(call, date, span, -1));
    }
    arithmetic::Operation {
        integer: |a, b| a.checked_sub(b).ok_or_else(arithmetic::integer_overflow),
        long: |a, b| a.checked_sub(b).ok_or_else(arithmetic::long_overflow),
        unsigned_long: |a, b| a.checked_sub(b).ok_or_else(|| Failure::arithmetic("unsigned_long overflow")),
        double: |a, b| Ok(a - b),
    }
    .kernel(call)
}
