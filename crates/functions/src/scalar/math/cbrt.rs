use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `CBRT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "cbrt",
    aliases: &[],
    category: Category::Math,
    summary: "The cube root.",
    details: "",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = CBRT(27)", result: "3.0" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.cbrt()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("cbrt", &[-8.0]).0, Value::Double(-2.0));
        assert_eq!(doubles("cbrt", &[1e18]).0, Value::Double(1e6));
    }
}
