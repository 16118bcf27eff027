use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `SIGNUM`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "signum",
    aliases: &[],
    category: Category::Math,
    summary: "The sign of the number: -1, 0 or 1.",
    details: "Always a double.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = SIGNUM(-7), y = SIGNUM(0)", result: "-1.0 | 0.0" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(if x == 0.0 { x } else { x.signum() }))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("signum", &[-0.5]).0, Value::Double(-1.0));
        assert_eq!(doubles("signum", &[0.0]).0, Value::Double(0.0));
    }
}
