use super::double::{ANGLE, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `TAN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "tan",
    aliases: &[],
    category: Category::Math,
    summary: "The tangent of an angle.",
    details: "",
    parameters: ANGLE,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(TAN(1), 4)", result: "1.5574" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.tan()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("tan", &[0.0]).0, Value::Double(0.0));
    }
}
