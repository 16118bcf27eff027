use quarry_types::range::format_dates;
use quarry_types::{DataType, Strings};

use super::spans::{DATE_RANGE, dates};
use crate::definition::accept::STRING;
use crate::lift::each1_as;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_DATE_RANGE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_date_range",
    aliases: &[],
    category: Category::Range,
    summary: "Converts a text `from..to` to a range of dates.",
    details: "The range ends before its end. Applied to each value of a list; one that is no range is left out, with a \
              warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[DATE_RANGE.or(STRING)], Returns::Always(DataType::DateRange))],
    examples: &[Example {
        query: r#"ROW x = TO_DATE_RANGE("2024-01-01..2024-01-02")"#,
        result: "2024-01-01T00:00:00.000Z..2024-01-02T00:00:00.000Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if !call.types[0].is_string() {
        return Ok(Box::new(|_, columns| columns[0].clone().with_type(DataType::DateRange)));
    }
    Ok(each1_as::<Strings, Result<String, Failure>>(DataType::DateRange, |text| Ok(format_dates(dates(text)?))))
}
