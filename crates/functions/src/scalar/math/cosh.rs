use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `COSH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "cosh",
    aliases: &[],
    category: Category::Math,
    summary: "The hyperbolic cosine.",
    details: "Null with a warning where it is too large.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = ROUND(COSH(1), 4)", result: "1.5431" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| match x.cosh() {
            y if y.is_finite() => Ok(y),
            _ => Err(Failure::arithmetic("cosh overflow")),
        })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("cosh", &[0.0]).0, Value::Double(1.0));
        fails("cosh", &[1000.0], "cosh overflow");
    }
}
