use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `ACOS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "acos",
    aliases: &[],
    category: Category::Math,
    summary: "The angle, in radians, whose cosine is the number.",
    details: "Null with a warning where the number isn't between -1 and 1.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(ACOS(0.5), 4)", result: "1.0472" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| {
            if (-1.0..=1.0).contains(&x) { Ok(x.acos()) } else { Err(Failure::arithmetic("Acos input out of range")) }
        })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("acos", &[1.0]).0, Value::Double(0.0));
        fails("acos", &[1.5], "Acos input out of range");
    }
}
