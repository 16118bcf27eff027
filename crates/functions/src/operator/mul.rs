use crate::operator::arithmetic::{self, PARAMETERS};
use crate::{BuildError, Call, Category, Evaluation, Example, Failure, Kernel, ScalarFunction};

/// `*`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mul",
    aliases: &[],
    category: Category::Operator,
    summary: "Multiplies two numbers.",
    details: "Overflow gives null and a warning.",
    parameters: PARAMETERS,
    signatures: &arithmetic::NUMBERS,
    examples: &[Example { query: r#"ROW x = 3 * 2.5"#, result: "7.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    arithmetic::Operation {
        integer: |a, b| a.checked_mul(b).ok_or_else(arithmetic::integer_overflow),
        long: |a, b| a.checked_mul(b).ok_or_else(arithmetic::long_overflow),
        unsigned_long: |a, b| a.checked_mul(b).ok_or_else(|| Failure::arithmetic("unsigned_long overflow")),
        double: |a, b| Ok(a * b),
    }
    .kernel(call)
}
