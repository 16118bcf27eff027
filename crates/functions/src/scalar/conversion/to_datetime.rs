use quarry_types::{DataType, Doubles, Integers, Longs, Strings, UnsignedLongs};

use super::unchanged;
use crate::definition::accept::{DATES, NUMERIC, STRING};
use crate::lift::each1_as;
use crate::text::number;
use crate::time::iso;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_DATETIME`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_datetime",
    aliases: &["to_dt"],
    category: Category::Conversion,
    summary: "Converts to a date.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. \
              Numbers are milliseconds since the epoch. Strings are ISO 8601 dates with a `T` between date and time, \
              in the time zone of the query where they name none.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[DATES.or(NUMERIC).or(STRING)], Returns::Always(DataType::Date))],
    examples: &[Example {
        query: r#"ROW x = TO_DATETIME("2024-05-06T07:08Z"), y = TO_DATETIME(60000)"#,
        result: "2024-05-06T07:08:00.000Z | 1970-01-01T00:01:00.000Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    Ok(match call.types[0] {
        DataType::DateNanos => each1_as::<Longs, _>(DataType::Date, |ns| ns.div_euclid(1_000_000)),
        DataType::Integer => each1_as::<Integers, _>(DataType::Date, i64::from),
        DataType::UnsignedLong => each1_as::<UnsignedLongs, _>(DataType::Date, number::to_long::<u64>),
        DataType::Double => each1_as::<Doubles, _>(DataType::Date, number::double_to_long),
        DataType::Keyword | DataType::Text => each1_as::<Strings, _>(DataType::Date, move |text| {
            iso::parse_millis(text, &zone).ok_or_else(|| Failure::illegal_argument(iso::failure(text, iso::FORMAT)))
        }),
        _ => unchanged(DataType::Date),
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn a_value_that_is_no_date_is_left_out() {
        let texts = Value::List(vec!["2024".into(), "2024-05-06 07:08".into(), "2024-05".into()]);
        let (value, warnings) = call("to_datetime", &[(DataType::Keyword, texts)]).unwrap();
        assert_eq!(value, Value::List(vec![Value::Date(1_704_067_200_000), Value::Date(1_714_521_600_000)]));
        assert_eq!(
            warnings,
            ["java.lang.IllegalArgumentException: failed to parse date field [2024-05-06 07:08] with format \
              [strict_date_optional_time]"]
        );
        let (value, warnings) = call("to_dt", &[(DataType::UnsignedLong, Value::UnsignedLong(1 << 63))]).unwrap();
        assert_eq!(value, Value::Null);
        assert!(warnings[0].ends_with("[9223372036854775808] out of [long] range"));
    }
}
