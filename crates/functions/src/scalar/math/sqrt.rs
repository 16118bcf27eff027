use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `SQRT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "sqrt",
    aliases: &[],
    category: Category::Math,
    summary: "The square root.",
    details: "Null with a warning where the number is negative.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = SQRT(9)", result: "3.0" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| if x < 0.0 { Err(Failure::arithmetic("Square root of negative")) } else { Ok(x.sqrt()) })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("sqrt", &[81.0]).0, Value::Double(9.0));
        fails("sqrt", &[-1.0], "Square root of negative");
    }
}
