use quarry_types::{DataType, Longs};

use crate::definition::accept::DATES;
use crate::lift::map1_as;
use crate::time::local::{Local, MONTHS};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `MONTH_NAME`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "month_name",
    aliases: &[],
    category: Category::Date,
    summary: "The name of the month of a date.",
    details: "In the time zone of the query.",
    parameters: &[Parameter { name: "date", description: "The date." }],
    signatures: &[Signature::new(&[DATES], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = MONTH_NAME("2024-05-06T00:00:00Z"::date)"#, result: "May" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    let date_type = call.types[0];
    Ok(map1_as::<Longs, &'static str>(DataType::Keyword, move |date| {
        let local = Local::of(date_type, date, &zone);
        MONTHS[(local.month as usize + 11) % 12]
    }))
}
