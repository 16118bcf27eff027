use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `ASIN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "asin",
    aliases: &[],
    category: Category::Math,
    summary: "The angle, in radians, whose sine is the number.",
    details: "Null with a warning where the number isn't between -1 and 1.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(ASIN(0.5), 4)", result: "0.5236" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| {
            if (-1.0..=1.0).contains(&x) { Ok(x.asin()) } else { Err(Failure::arithmetic("Asin input out of range")) }
        })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("asin", &[0.0]).0, Value::Double(0.0));
        fails("asin", &[-1.5], "Asin input out of range");
    }
}
