use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `EXP`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "exp",
    aliases: &[],
    category: Category::Math,
    summary: "Euler's number to the power of the number.",
    details: "Null with a warning where it is too large.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(EXP(1), 4)", result: "2.7183" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.exp()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("exp", &[0.0]).0, Value::Double(1.0));
        fails("exp", &[1000.0], "not a finite double number: Infinity");
    }
}
