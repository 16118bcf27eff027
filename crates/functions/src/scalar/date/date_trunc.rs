use quarry_types::{DataType, Longs, Value};

use crate::definition::accept::{DATES, SPAN};
use crate::lift::{constant, map1_as};
use crate::time::Truncation;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `DATE_TRUNC`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "date_trunc",
    aliases: &[],
    category: Category::Date,
    summary: "The start of the block of time that a date lies in.",
    details: "Weeks begin on Monday, quarters in January, April, July and October, in the time zone of the query. \
              Blocks of several months or years are counted from January of the year 1, blocks of several days and \
              of hours and less from 1970. The span must be constant and positive.",
    parameters: &[
        Parameter { name: "interval", description: "The length of the blocks." },
        Parameter { name: "date", description: "The date." },
    ],
    signatures: &[Signature::new(&[SPAN, DATES], Returns::Argument(1))],
    examples: &[Example {
        query: r#"ROW x = DATE_TRUNC(1 week, "2024-05-08T10:00:00Z"::date)"#,
        result: "2024-05-06T00:00:00.000Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let span = match call.constants[0].as_ref() {
        Some(Value::Null) => return Ok(constant(call.returns, Value::Null)),
        Some(span) => span,
        None => {
            return Err(BuildError(format!(
                "first argument of [{}] must be a constant, received [{}]",
                call.source, call.sources[0]
            )));
        }
    };
    let truncation = Truncation::of(span).map_err(BuildError)?;
    let zone = call.settings.zone.clone();
    let kernel = if call.types[1] == DataType::DateNanos {
        // Blocks are of whole milliseconds, so that what is finer is cut off.
        map1_as::<Longs, _>(DataType::DateNanos, move |ns| {
            truncation.floor(ns.div_euclid(1_000_000), &zone).saturating_mul(1_000_000)
        })
    } else {
        map1_as::<Longs, _>(DataType::Date, move |ms| truncation.floor(ms, &zone))
    };
    Ok(Box::new(move |context, columns| kernel(context, &columns[1..2])))
}

#[cfg(test)]
mod tests {
    use quarry_types::Period;
    use quarry_types::date::{parse_millis, parse_nanos};

    use crate::testing::call;

    use super::*;

    #[test]
    fn dates_of_both_kinds_are_floored() {
        let month = (DataType::DatePeriod, Value::DatePeriod(Period { months: 1, days: 0 }));
        let minutes = (DataType::TimeDuration, Value::TimeDuration(600_000));
        let millis = |text| Value::Date(parse_millis(text, None).unwrap());
        let nanos = |text| Value::DateNanos(parse_nanos(text, None).unwrap());
        let date = (DataType::Date, millis("2024-02-29T12:34:56.789"));
        assert_eq!(call("date_trunc", &[month.clone(), date]).unwrap().0, millis("2024-02-01"));
        let date = (DataType::DateNanos, nanos("2024-02-29T12:34:56.789123456"));
        assert_eq!(call("date_trunc", &[minutes, date]).unwrap().0, nanos("2024-02-29T12:30"));
        let none = (DataType::TimeDuration, Value::TimeDuration(0));
        let refused = call("date_trunc", &[none, (DataType::Date, Value::Date(0))]);
        assert_eq!(refused.unwrap_err(), "Zero or negative time interval is not supported");
        assert_eq!(call("date_trunc", &[month, (DataType::Null, Value::Null)]).unwrap().0, Value::Null);
    }
}
