use quarry_types::range::format_doubles;
use quarry_types::{DataType, Strings};

use super::spans::{DOUBLE_RANGE, doubles};
use crate::definition::accept::STRING;
use crate::lift::each1_as;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_DOUBLE_RANGE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_double_range",
    aliases: &[],
    category: Category::Range,
    summary: "Converts a text `from..to` to a range of doubles.",
    details: "The range ends before its end. Applied to each value of a list; one that is no range is left out, with a \
              warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[DOUBLE_RANGE.or(STRING)], Returns::Always(DataType::DoubleRange))],
    examples: &[Example { query: r#"ROW x = TO_DOUBLE_RANGE("1..2.5")"#, result: "1.0..2.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if !call.types[0].is_string() {
        return Ok(Box::new(|_, columns| columns[0].clone().with_type(DataType::DoubleRange)));
    }
    Ok(each1_as::<Strings, Result<String, Failure>>(DataType::DoubleRange, |text| Ok(format_doubles(doubles(text)?))))
}
