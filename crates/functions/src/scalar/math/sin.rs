use super::double::{ANGLE, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `SIN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "sin",
    aliases: &[],
    category: Category::Math,
    summary: "The sine of an angle.",
    details: "",
    parameters: ANGLE,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(SIN(1), 4)", result: "0.8415" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.sin()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("sin", &[0.0]).0, Value::Double(0.0));
    }
}
