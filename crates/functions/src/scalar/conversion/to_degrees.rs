use quarry_types::{DataType, Doubles, Integers, Longs, UnsignedLongs};

use crate::definition::accept::NUMERIC;
use crate::lift::each1;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_DEGREES`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_degrees",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts radians to degrees.",
    details: "Applied to each value of a list.",
    parameters: &[Parameter { name: "number", description: "An angle in radians." }],
    signatures: &[Signature::new(&[NUMERIC], Returns::Always(DataType::Double))],
    examples: &[Example { query: r#"ROW x = TO_DEGREES(2)"#, result: "114.59155902616465" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.types[0] {
        DataType::Integer => each1::<Integers, _>(|n| f64::from(n) * FACTOR),
        DataType::Long => each1::<Longs, _>(|n| n as f64 * FACTOR),
        DataType::UnsignedLong => each1::<UnsignedLongs, _>(|n| n as f64 * FACTOR),
        _ => each1::<Doubles, _>(|n| n * FACTOR),
    })
}

/// The very double that the reference multiplies with.
const FACTOR: f64 = 57.295_779_513_082_32;
