use super::double::{NUMBER, ONE, of_one};
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `LOG10`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "log10",
    aliases: &[],
    category: Category::Math,
    summary: "The logarithm to base 10.",
    details: "Null with a warning where the number isn't above 0.",
    parameters: NUMBER,
    signatures: ONE,
    examples: &[Example { query: "ROW x = LOG10(1000)", result: "3.0" }],
    evaluation: Evaluation::Kernel(|call| {
        of_one(call, |x| if x > 0.0 { Ok(x.log10()) } else { Err(Failure::arithmetic("Log of non-positive number")) })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn known_values() {
        assert_eq!(doubles("log10", &[1000.0]).0, Value::Double(3.0));
        assert_eq!(doubles("log10", &[1e18]).0, Value::Double(18.0));
        fails("log10", &[0.0], "Log of non-positive number");
        fails("log10", &[-1.0], "Log of non-positive number");
    }
}
