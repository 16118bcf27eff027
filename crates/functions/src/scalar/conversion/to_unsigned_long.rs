use quarry_types::{Booleans, DataType, Doubles, Integers, Longs, Strings};

use super::unchanged;
use crate::definition::accept::{BOOLEAN, DATE, NUMERIC, STRING};
use crate::lift::each1;
use crate::text::number;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_UNSIGNED_LONG`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_unsigned_long",
    aliases: &["to_ul", "to_ulong"],
    category: Category::Conversion,
    summary: "Converts to an unsigned long.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. The \
              fraction of a double or of a string is cut off. A date gives its milliseconds.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[BOOLEAN.or(NUMERIC).or(STRING).or(DATE)], Returns::Always(DataType::UnsignedLong))],
    examples: &[Example {
        query: r#"ROW x = TO_UNSIGNED_LONG("18446744073709551615")"#,
        result: "18446744073709551615",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.types[0] {
        DataType::Boolean => each1::<Booleans, _>(u64::from),
        DataType::Integer => each1::<Integers, _>(number::to_unsigned_long::<i32>),
        DataType::Long | DataType::Date => each1::<Longs, _>(number::to_unsigned_long::<i64>),
        DataType::Double => each1::<Doubles, _>(number::double_to_unsigned_long),
        DataType::Keyword | DataType::Text => each1::<Strings, _>(number::parse_unsigned_long),
        _ => unchanged(DataType::UnsignedLong),
    })
}
