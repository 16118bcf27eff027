use crate::definition::accept::{DATES, SPAN};
use crate::operator::arithmetic::{self, PARAMETERS};
use crate::{BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Returns, ScalarFunction, Signature};

/// `+`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "add",
    aliases: &[],
    category: Category::Operator,
    summary: "Adds two numbers, or a span of time to a date.",
    details: "Overflow gives null and a warning.",
    parameters: PARAMETERS,
    signatures: &[
        arithmetic::NUMBERS[0],
        arithmetic::NUMBERS[1],
        Signature::new(&[DATES, SPAN], Returns::Argument(0)),
        Signature::new(&[SPAN, DATES], Returns::Argument(1)),
    ],
    examples: &[
        Example { query: r#"ROW x = 1 + 2"#, result: "3" },
        Example { query: r#"ROW d = "2024-01-31"::date + 1 month"#, result: "2024-02-29T00:00:00.000Z" },
    ],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some((date, span)) = arithmetic::date_and_span(call) {
        return Ok(arithmetic::shift_kernel(call, date, span, 1));
    }
    arithmetic::Operation {
        integer: |a, b| a.checked_add(b).ok_or_else(arithmetic::integer_overflow),
        long: |a, b| a.checked_add(b).ok_or_else(arithmetic::long_overflow),
        unsigned_long: |a, b| a.checked_add(b).ok_or_else(unsigned_long_overflow),
        double: |a, b| Ok(a + b),
    }
    .kernel(call)
}

fn unsigned_long_overflow() -> Failure {
    Failure::arithmetic("unsigned_long overflow")
}
