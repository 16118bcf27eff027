use quarry_types::{DataType, Doubles, Integers, Longs, Strings, UnsignedLongs};

use super::unchanged;
use crate::definition::accept::{BOOLEAN, NUMERIC, STRING};
use crate::lift::each1;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_BOOLEAN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_boolean",
    aliases: &["to_bool"],
    category: Category::Conversion,
    summary: "Converts to a boolean.",
    details: "A string is true where it is `true` in any case, a number where it is not 0. Applied to each value of \
              a list.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[BOOLEAN.or(NUMERIC).or(STRING)], Returns::Always(DataType::Boolean))],
    examples: &[Example {
        query: r#"ROW x = TO_BOOLEAN("True"), y = TO_BOOLEAN(0), z = TO_BOOLEAN("no")"#,
        result: "true | false | false",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.types[0] {
        DataType::Integer => each1::<Integers, _>(|n| n != 0),
        DataType::Long => each1::<Longs, _>(|n| n != 0),
        DataType::UnsignedLong => each1::<UnsignedLongs, _>(|n| n != 0),
        DataType::Double => each1::<Doubles, _>(|n| n != 0.0),
        DataType::Keyword | DataType::Text => each1::<Strings, _>(|text| text.eq_ignore_ascii_case("true")),
        _ => unchanged(DataType::Boolean),
    })
}
