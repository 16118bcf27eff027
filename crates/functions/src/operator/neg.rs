use quarry_types::{DataType, Doubles, Integers, Longs, Value};

use super::arithmetic::{integer_overflow, long_overflow};
use crate::definition::accept::SIGNED;
use crate::lift::{constant, map1};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// Unary `-`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "neg",
    aliases: &[],
    category: Category::Operator,
    summary: "Changes the sign of a number.",
    details: "The smallest integer or long has no opposite: null and a warning.",
    parameters: &[Parameter { name: "field", description: "The number." }],
    signatures: &[Signature::new(&[SIGNED], Returns::Argument(0))],
    examples: &[Example { query: "ROW a = 3 | EVAL x = -a | KEEP x", result: "-3" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.types[0] {
        DataType::Integer => map1::<Integers, _>(|n| n.checked_neg().ok_or_else(integer_overflow)),
        DataType::Long => map1::<Longs, _>(|n| n.checked_neg().ok_or_else(long_overflow)),
        DataType::Double => map1::<Doubles, _>(|n: f64| -n),
        other => constant(other, Value::Null),
    })
}
