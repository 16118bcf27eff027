use quarry_types::{Booleans, DataType, Doubles, Longs, Strings, UnsignedLongs};

use super::{unchanged, with_base};
use crate::definition::accept::{BOOLEAN, DATE, NUMERIC, STRING, UNSIGNED_LONG, WHOLE};
use crate::lift::each1;
use crate::text::number;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_INTEGER`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_integer",
    aliases: &["to_int"],
    category: Category::Conversion,
    summary: "Converts to an integer.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. The \
              fraction of a double is cut off, a string is rounded. A date gives its milliseconds. A base from 2 to 36 is \
              for strings only.",
    parameters: &[
        Parameter { name: "field", description: "The value." },
        Parameter { name: "base", description: "The base that a string's digits are of." },
    ],
    signatures: &[
        Signature::new(&[BOOLEAN.or(NUMERIC).or(STRING).or(DATE)], Returns::Always(DataType::Integer)),
        Signature::new(&[STRING, WHOLE.or(UNSIGNED_LONG)], Returns::Always(DataType::Integer)),
    ],
    examples: &[Example { query: r#"ROW x = TO_INTEGER("42.9"), y = TO_INTEGER("ff", 16)"#, result: "43 | 255" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if call.types.len() == 2 {
        return Ok(with_base(call.types[1], DataType::Integer, |text, base| {
            number::parse_long_of_base(text, base)
                .and_then(|n| i32::try_from(n).map_err(|_| number::out_of_range(n, "integer")))
        }));
    }
    Ok(match call.types[0] {
        DataType::Boolean => each1::<Booleans, _>(i32::from),
        DataType::Long | DataType::Date => each1::<Longs, _>(number::to_integer::<i64>),
        DataType::UnsignedLong => each1::<UnsignedLongs, _>(number::to_integer::<u64>),
        DataType::Double => each1::<Doubles, _>(number::double_to_integer),
        DataType::Keyword | DataType::Text => each1::<Strings, _>(number::parse_integer),
        _ => unchanged(DataType::Integer),
    })
}
