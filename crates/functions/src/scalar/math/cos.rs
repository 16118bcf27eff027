use super::double::{ANGLE, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `COS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "cos",
    aliases: &[],
    category: Category::Math,
    summary: "The cosine of an angle.",
    details: "",
    parameters: ANGLE,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(COS(1), 4)", result: "0.5403" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.cos()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("cos", &[0.0]).0, Value::Double(1.0));
    }
}
