use quarry_types::{DataType, Doubles, Integers, Longs, UnsignedLongs};

use crate::definition::accept::NUMERIC;
use crate::lift::each1;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_RADIANS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_radians",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts degrees to radians.",
    details: "Applied to each value of a list.",
    parameters: &[Parameter { name: "number", description: "An angle in degrees." }],
    signatures: &[Signature::new(&[NUMERIC], Returns::Always(DataType::Double))],
    examples: &[Example { query: r#"ROW x = TO_RADIANS(180)"#, result: "3.141592653589793" }],
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
const FACTOR: f64 = 0.017_453_292_519_943_295;
