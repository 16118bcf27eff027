use quarry_types::{DataType, Strings};

use super::spans::{DATE_RANGE, DOUBLE_RANGE, dates, doubles};
use crate::lift::{Unbounded, map1_as};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `RANGE_MIN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "range_min",
    aliases: &[],
    category: Category::Range,
    summary: "The first value in a range.",
    details: "",
    parameters: &[Parameter { name: "range", description: "The range." }],
    signatures: &[
        Signature::new(&[DATE_RANGE], Returns::Always(DataType::Date)),
        Signature::new(&[DOUBLE_RANGE], Returns::Always(DataType::Double)),
    ],
    examples: &[Example { query: r#"ROW x = RANGE_MIN(TO_DOUBLE_RANGE("1.5..4"))"#, result: "1.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match call.returns {
        DataType::Date => map1_as::<Strings, Result<i64, Failure>>(DataType::Date, |text| Ok(dates(text)?.0)),
        _ => map1_as::<Strings, Result<Unbounded, Failure>>(DataType::Double, |text| Ok(Unbounded(doubles(text)?.0))),
    })
}
