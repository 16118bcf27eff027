use quarry_types::{DataType, Longs};

use crate::definition::accept::DATES;
use crate::lift::map1_as;
use crate::time::local::{DAYS, Local};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `DAY_NAME`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "day_name",
    aliases: &[],
    category: Category::Date,
    summary: "The name of the day of the week of a date.",
    details: "In the time zone of the query.",
    parameters: &[Parameter { name: "date", description: "The date." }],
    signatures: &[Signature::new(&[DATES], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = DAY_NAME("2024-05-06T00:00:00Z"::date)"#, result: "Monday" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    let date_type = call.types[0];
    Ok(map1_as::<Longs, &'static str>(DataType::Keyword, move |date| {
        let local = Local::of(date_type, date, &zone);
        DAYS[local.day_of_week() as usize - 1]
    }))
}
