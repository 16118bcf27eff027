use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `SINH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "sinh",
    aliases: &[],
    category: Category::Math,
    summary: "The hyperbolic sine.",
    details: "Null with a warning where it is too large.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(SINH(1), 4)", result: "1.1752" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| match x.sinh() {
            y if y.is_finite() => Ok(y),
            _ => Err(Failure::arithmetic("sinh overflow")),
        })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("sinh", &[0.0]).0, Value::Double(0.0));
        fails("sinh", &[1000.0], "sinh overflow");
    }
}
