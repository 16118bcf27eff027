use crate::operator::arithmetic::{self, PARAMETERS};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, ScalarFunction};

/// `/`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "div",
    aliases: &[],
    category: Category::Operator,
    summary: "Divides a number by another.",
    details: "Whole numbers are truncated toward zero. Division by zero gives null and a warning.",
    parameters: PARAMETERS,
    signatures: &arithmetic::NUMBERS,
    examples: &[Example { query: r#"ROW x = 7 / 2, y = 7 / 2.0"#, result: "3 | 3.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    arithmetic::Operation {
        integer: |a, b| {
            if b == 0 {
                return Err(arithmetic::division_by_zero());
            }
            Ok(a.wrapping_div(b))
        },
        long: |a, b| {
            if b == 0 {
                return Err(arithmetic::division_by_zero());
            }
            Ok(a.wrapping_div(b))
        },
        unsigned_long: |a, b| a.checked_div(b).ok_or_else(arithmetic::division_by_zero),
        double: |a, b| {
            if b == 0.0 {
                return Err(arithmetic::division_by_zero());
            }
            Ok(a / b)
        },
    }
    .kernel(call)
}
