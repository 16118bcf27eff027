use crate::operator::arithmetic::{self, PARAMETERS};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, ScalarFunction};

/// `%`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mod",
    aliases: &[],
    category: Category::Operator,
    summary: "Gives the remainder of a division, with the sign of the dividend.",
    details: "A divisor of zero gives null and a warning.",
    parameters: PARAMETERS,
    signatures: &arithmetic::NUMBERS,
    examples: &[Example { query: r#"ROW x = 7 % 4, y = -7 % 4"#, result: "3 | -3" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    arithmetic::Operation {
        integer: |a, b| {
            if b == 0 {
                return Err(arithmetic::division_by_zero());
            }
            Ok(a.wrapping_rem(b))
        },
        long: |a, b| {
            if b == 0 {
                return Err(arithmetic::division_by_zero());
            }
            Ok(a.wrapping_rem(b))
        },
        unsigned_long: |a, b| a.checked_rem(b).ok_or_else(arithmetic::division_by_zero),
        double: |a, b| {
            if b == 0.0 {
                return Err(arithmetic::division_by_zero());
            }
            Ok(a % b)
        },
    }
    .kernel(call)
}
