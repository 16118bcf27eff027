use quarry_types::{DataType, Doubles, Longs, Strings, UnsignedLongs};

use super::unchanged;
use crate::definition::accept::{DATES, DOUBLE, LONG, STRING, UNSIGNED_LONG};
use crate::lift::each1_as;
use crate::text::number;
use crate::time::iso;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_DATE_NANOS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_date_nanos",
    aliases: &["to_datenanos"],
    category: Category::Conversion,
    summary: "Converts to a date of nanosecond precision.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. \
              Numbers are nanoseconds since the epoch. Such dates go from 1970 to 2262.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(
        &[DATES.or(LONG).or(UNSIGNED_LONG).or(DOUBLE).or(STRING)],
        Returns::Always(DataType::DateNanos),
    )],
    examples: &[Example {
        query: r#"ROW x = TO_DATE_NANOS("2024-05-06T07:08:09.123456789Z")"#,
        result: "2024-05-06T07:08:09.123456789Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    let target = DataType::DateNanos;
    Ok(match call.types[0] {
        DataType::Date => {
            each1_as::<Longs, _>(target, |ms| iso::millis_to_nanos(ms).map_err(Failure::illegal_argument))
        }
        DataType::Long => each1_as::<Longs, _>(target, not_before_1970),
        DataType::UnsignedLong => each1_as::<UnsignedLongs, _>(target, number::to_long::<u64>),
        DataType::Double => each1_as::<Doubles, _>(target, |n| number::double_to_long(n).and_then(not_before_1970)),
        DataType::Keyword | DataType::Text => {
            each1_as::<Strings, _>(target, move |text| iso::parse_nanos(text, &zone).map_err(Failure::illegal_argument))
        }
        _ => unchanged(target),
    })
}

fn not_before_1970(ns: i64) -> Result<i64, Failure> {
    if ns < 0 {
        return Err(Failure::illegal_argument("Nanosecond dates before 1970-01-01T00:00:00.000Z are not supported."));
    }
    Ok(ns)
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn dates_outside_the_range_are_refused() {
        let (value, _) = call("to_date_nanos", &[(DataType::Date, Value::Date(1))]).unwrap();
        assert_eq!(value, Value::DateNanos(1_000_000));
        for (argument, message) in [
            ((DataType::Date, Value::Date(-1)), "before the epoch in 1970 and cannot be converted to nanoseconds"),
            ((DataType::Long, Value::Long(-1)), "Nanosecond dates before 1970-01-01T00:00:00.000Z are not supported."),
            ((DataType::Keyword, "2262-04-12".into()), "cannot be stored in nanosecond resolution"),
        ] {
            let (value, warnings) = call("to_date_nanos", &[argument]).unwrap();
            assert_eq!(value, Value::Null);
            assert!(warnings[0].ends_with(message), "{warnings:?}");
        }
    }
}
