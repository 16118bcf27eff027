use quarry_types::{Booleans, DataType, Integers, Longs, Strings, UnsignedLongs};

use super::unchanged;
use crate::definition::accept::{BOOLEAN, DATE, NUMERIC, STRING};
use crate::lift::each1;
use crate::text::number;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_DOUBLE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_double",
    aliases: &["to_dbl"],
    category: Category::Conversion,
    summary: "Converts to a double.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. A date \
              gives its milliseconds.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[BOOLEAN.or(NUMERIC).or(STRING).or(DATE)], Returns::Always(DataType::Double))],
    examples: &[Example { query: r#"ROW x = TO_DOUBLE("2.5e3"), y = TO_DOUBLE(true)"#, result: "2500.0 | 1.0" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.types[0] {
        DataType::Boolean => each1::<Booleans, _>(|flag| if flag { 1.0 } else { 0.0 }),
        DataType::Integer => each1::<Integers, _>(f64::from),
        DataType::Long | DataType::Date => each1::<Longs, _>(|n| n as f64),
        DataType::UnsignedLong => each1::<UnsignedLongs, _>(|n| n as f64),
        DataType::Keyword | DataType::Text => each1::<Strings, _>(number::parse_double),
        _ => unchanged(DataType::Double),
    })
}
