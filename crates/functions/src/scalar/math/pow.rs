use super::double::{TWO, of_two};
use crate::{Category, Evaluation, Example, Parameter, ScalarFunction};

/// `POW`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "pow",
    aliases: &[],
    category: Category::Math,
    summary: "A number to the power of another.",
    details: "A double, whatever the numbers are; null with a warning where the result is infinite or no number.",
    parameters: &[
        Parameter { name: "base", description: "The base." },
        Parameter { name: "exponent", description: "The exponent." },
    ],
    signatures: TWO,
    examples: &[Example { query: "ROW x = POW(2, 10)", result: "1024.0" }],
    evaluation: Evaluation::Kernel(|_| Ok(of_two(|base, exponent| Ok(base.powf(exponent))))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("pow", &[4.0, 0.5]).0, Value::Double(2.0));
        assert_eq!(doubles("pow", &[10.0, 2.0]).0, Value::Double(100.0));
        fails("pow", &[-4.0, 0.5], "not a finite double number: NaN");
        fails("pow", &[10.0, 400.0], "not a finite double number: Infinity");
    }
}
