use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, ScalarFunction};

/// `ATAN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "atan",
    aliases: &[],
    category: Category::Math,
    summary: "The angle, in radians, whose tangent is the number.",
    details: "",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(ATAN(1), 4)", result: "0.7854" }],
    evaluation: Evaluation::Kernel(|call| of_one(call, |x| Ok(x.atan()))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("atan", &[1.0]).0, Value::Double(std::f64::consts::FRAC_PI_4));
    }
}
