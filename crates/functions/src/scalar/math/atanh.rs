use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `ATANH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "atanh",
    aliases: &[],
    category: Category::Math,
    summary: "The number whose hyperbolic tangent is the number.",
    details: "Null with a warning where the number isn't between -1 and 1.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(ATANH(0.5), 4)", result: "0.5493" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(
            call,
            |x| if x.abs() < 1.0 { Ok(x.atanh()) } else { Err(Failure::arithmetic("Atanh input out of range")) },
        )
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("atanh", &[0.0]).0, Value::Double(0.0));
        fails("atanh", &[1.0], "Atanh input out of range");
    }
}
