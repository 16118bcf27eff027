use super::double::{TWO, of_two};
use crate::{Category, Evaluation, Example, Parameter, ScalarFunction};

/// `HYPOT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "hypot",
    aliases: &[],
    category: Category::Math,
    summary: "The length of the longest side of a right-angled triangle, given the two others.",
    details: "",
    parameters: &[
        Parameter { name: "number1", description: "One side." },
        Parameter { name: "number2", description: "The other side." },
    ],
    signatures: TWO,
    examples: &[Example { query: "ROW x = HYPOT(3, 4)", result: "5.0" }],
    evaluation: Evaluation::Kernel(|_| Ok(of_two(|a, b| Ok(a.hypot(b))))),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("hypot", &[3.0, 4.0]).0, Value::Double(5.0));
        fails("hypot", &[f64::MAX, f64::MAX], "not a finite double number: Infinity");
    }
}
