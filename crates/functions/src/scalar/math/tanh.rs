use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `TANH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "tanh",
    aliases: &[],
    category: Category::Math,
    summary: "The hyperbolic tangent.",
    details: "",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(TANH(1), 4)", result: "0.7616" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.tanh()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("tanh", &[0.0]).0, Value::Double(0.0));
    }
}
