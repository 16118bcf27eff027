use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `ACOSH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "acosh",
    aliases: &[],
    category: Category::Math,
    summary: "The number whose hyperbolic cosine is the number.",
    details: "Null with a warning where the number is less than 1.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(ACOSH(2), 4)", result: "1.317" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| if x >= 1.0 { Ok(x.acosh()) } else { Err(Failure::arithmetic("Acosh input out of range")) })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("acosh", &[1.0]).0, Value::Double(0.0));
        fails("acosh", &[0.5], "Acosh input out of range");
    }
}
