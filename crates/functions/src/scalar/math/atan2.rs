use super::double::{TWO, of_two};
use crate::{Category, Evaluation, Example, Parameter, ScalarFunction};

/// `ATAN2`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "atan2",
    aliases: &[],
    category: Category::Math,
    summary: "The angle, in radians, between the x axis and the line from the origin to a point.",
    details: "",
    parameters: &[
        Parameter { name: "y_coordinate", description: "The y of the point." },
        Parameter { name: "x_coordinate", description: "The x of the point." },
    ],
    signatures: TWO,
    examples: &[Example { query: "ROW x = ROUND(ATAN2(1, -1), 4)", result: "2.3562" }],
    evaluation: Evaluation::Kernel(|_| Ok(of_two(|y, x| Ok(y.atan2(x))))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::doubles;

    #[test]
    fn known_values() {
        assert_eq!(doubles("atan2", &[1.0, 1.0]).0, Value::Double(std::f64::consts::FRAC_PI_4));
    }
}
