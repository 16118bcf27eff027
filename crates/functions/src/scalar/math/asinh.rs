use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ASINH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "asinh",
    aliases: &[],
    category: Category::Math,
    summary: "The number whose hyperbolic sine is the number.",
    details: "",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(ASINH(1), 4)", result: "0.8814" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.asinh()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("asinh", &[0.0]).0, Value::Double(0.0));
    }
}
