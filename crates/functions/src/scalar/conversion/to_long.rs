use quarry_types::{Booleans, DataType, Doubles, Integers, Strings, UnsignedLongs};

use super::{unchanged, with_base};
use crate::definition::accept::{BOOLEAN, DATES, GRID, NUMERIC, STRING, UNSIGNED_LONG, WHOLE};
use crate::lift::each1;
use crate::scalar::spatial::numbers_of_cells;
use crate::text::number;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_LONG`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_long",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts to a long.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. The \
              fraction of a double is cut off, a string is rounded. A date gives its milliseconds, one of nanosecond \
              precision its nanoseconds. A base from 2 to 36 is for strings only.",
    parameters: &[
        Parameter { name: "field", description: "The value." },
        Parameter { name: "base", description: "The base that a string's digits are of." },
    ],
    signatures: &[
        Signature::new(&[BOOLEAN.or(NUMERIC).or(STRING).or(DATES).or(GRID)], Returns::Always(DataType::Long)),
        Signature::new(&[STRING, WHOLE.or(UNSIGNED_LONG)], Returns::Always(DataType::Long)),
    ],
    examples: &[Example {
        query: r#"ROW x = TO_LONG("6000000000.7"), y = TO_LONG("-101", 2)"#,
        result: "6000000001 | -5",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if call.types.len() == 2 {
        return Ok(with_base(call.types[1], DataType::Long, number::parse_long_of_base));
    }
    Ok(match call.types[0] {
        DataType::Boolean => each1::<Booleans, _>(i64::from),
        DataType::Integer => each1::<Integers, _>(i64::from),
        DataType::UnsignedLong => each1::<UnsignedLongs, _>(number::to_long::<u64>),
        DataType::Double => each1::<Doubles, _>(number::double_to_long),
        DataType::Keyword | DataType::Text => each1::<Strings, _>(number::parse_long),
        cell if cell.is_grid() => numbers_of_cells(cell),
        _ => unchanged(DataType::Long),
    })
}
