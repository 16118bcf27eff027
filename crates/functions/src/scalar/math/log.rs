use quarry_types::DataType;

use super::double::{of_one, of_two};
use crate::definition::accept::NUMERIC;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `LOG`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "log",
    aliases: &[],
    category: Category::Math,
    summary: "The logarithm of a number to a base; without a base, the natural one.",
    details: "Null with a warning where the number or the base isn't above 0, or the base is 1.",
    parameters: &[
        Parameter { name: "base", description: "The base; with one argument, the number." },
        Parameter { name: "number", description: "The number." },
    ],
    signatures: &[Signature::new(&[NUMERIC, NUMERIC], Returns::Always(DataType::Double)).optional(1)],
    examples: &[Example { query: "ROW x = LOG(2, 8), y = LOG(1)", result: "3.0 | 0.0" }],
    evaluation: Evaluation::Kernel(|call| match call.types.len() {
        1 => of_one(call, |x| positive(x).map(f64::ln)),
        _ => Ok(of_two(log)),
    }),
};

fn positive(x: f64) -> Result<f64, Failure> {
    if x > 0.0 { Ok(x) } else { Err(Failure::arithmetic("Log of non-positive number")) }
}

fn log(base: f64, x: f64) -> Result<f64, Failure> {
    let (base, x) = (positive(base)?, positive(x)?);
    if base == 1.0 {
        return Err(Failure::arithmetic("Log of base 1"));
    }
    Ok(x.log10() / base.log10())
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::scalar::math::double::testing::{doubles, fails};

    #[test]
    fn the_base_comes_first() {
        assert_eq!(doubles("log", &[2.0, 8.0]).0, Value::Double(3.0));
        assert_eq!(doubles("log", &[1e12, 1e18]).0, Value::Double(1.5));
        assert_eq!(doubles("log", &[1.0]).0, Value::Double(0.0));
        fails("log", &[0.0], "Log of non-positive number");
        fails("log", &[-2.0, 2.0], "Log of non-positive number");
        fails("log", &[1.0, 2.0], "Log of base 1");
    }
}
