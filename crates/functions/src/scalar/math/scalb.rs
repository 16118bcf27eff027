use quarry_types::{DataType, Doubles, Integers, Layout, Longs};

use super::double::widen;
use crate::definition::accept::{NUMERIC, WHOLE};
use crate::lift::map2;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `SCALB`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "scalb",
    aliases: &[],
    category: Category::Math,
    summary: "A number times a power of two.",
    details: "Exact, where the result is in the range of doubles.",
    parameters: &[
        Parameter { name: "d", description: "The number." },
        Parameter { name: "scaleFactor", description: "The exponent of two." },
    ],
    signatures: &[Signature::new(&[NUMERIC, WHOLE], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = SCALB(3, 4)", result: "48.0" }],
    evaluation: Evaluation::Kernel(|call| {
        let kernel = match call.types[1].layout() {
            Layout::Int32 => map2::<Doubles, Integers, _>(|x, n: i32| scale(x, i64::from(n))),
            _ => map2::<Doubles, Longs, _>(scale),
        };
        Ok(Box::new(move |context, columns| kernel(context, &[widen(&columns[0]), columns[1].clone()])))
    }),
};

/// Scales in steps that are in the range of doubles themselves.
fn scale(mut x: f64, exponent: i64) -> f64 {
    const STEP: i64 = 1000;
    // Beyond this every number but 0 has become 0 or infinite.
    let mut left = exponent.clamp(-3 * STEP, 3 * STEP);
    while left != 0 {
        let step = left.clamp(-STEP, STEP);
        x *= 2f64.powi(step as i32);
        left -= step;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn numbers_are_scaled_by_powers_of_two() {
        assert_eq!(scale(3.0, 4), 48.0);
        assert_eq!(scale(1.0, -1074), 5e-324);
        assert_eq!(scale(f64::MIN_POSITIVE, 2045), 2f64.powi(1023));
        assert_eq!(scale(0.0, i64::MAX), 0.0);
        let (value, warnings) =
            call("scalb", &[(DataType::Integer, 1.into()), (DataType::Integer, 5000.into())]).unwrap();
        assert!(value.is_null());
        assert_eq!(warnings, ["java.lang.ArithmeticException: not a finite double number: Infinity"]);
    }
}
