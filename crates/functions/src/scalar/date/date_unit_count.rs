use quarry_types::{Column, DataType, Longs, Strings};

use crate::definition::accept::{DATES, STRING};
use crate::lift::{Output, build_rows, one};
use crate::text::number::to_long;
use crate::time::unit::Unit;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `DATE_UNIT_COUNT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "date_unit_count",
    aliases: &[],
    category: Category::Date,
    summary: "How many of one unit the other one has that contains a date.",
    details: "Units are named as for DATE_DIFF. In the time zone of the query, so that a day may have 23 hours.",
    parameters: &[
        Parameter { name: "to_unit", description: "The unit to count." },
        Parameter { name: "from_unit", description: "The unit that contains the date." },
        Parameter { name: "date", description: "The date." },
    ],
    signatures: &[Signature::new(&[STRING, STRING, DATES], Returns::Always(DataType::Long))],
    examples: &[Example {
        query: r#"ROW x = DATE_UNIT_COUNT("day", "month", "2024-02-15T00:00:00Z"::date)"#,
        result: "29",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    for i in 0..2 {
        if let Some(name) = call.constant_str(i) {
            unit(name).map_err(|failure| {
                BuildError(format!("invalid unit format for [{}]: {}", call.source, failure.message))
            })?;
        }
    }
    let zone = call.settings.zone.clone();
    let nanos = call.types[2] == DataType::DateNanos;
    Ok(Box::new(move |context, columns| {
        let (Some(inner), Some(outer), Some(dates)) =
            (columns[0].cells::<Strings>(), columns[1].cells::<Strings>(), columns[2].cells::<Longs>())
        else {
            return Column::nulls(DataType::Long, context.rows);
        };
        build_rows(context, DataType::Long, columns, |row, out| {
            let (Some(inner), Some(outer), Some(date)) = (one(&inner, row)?, one(&outer, row)?, one(&dates, row)?)
            else {
                return Ok(());
            };
            let ms = if nanos { date.div_euclid(1_000_000) } else { date };
            let (inner, outer) = (unit(inner)?, unit(outer)?);
            let count = match outer.truncation() {
                Some(truncation) => inner.count_in(truncation, ms, &zone),
                // A unit below the millisecond is of the same length everywhere.
                None => inner.count_in_nanos(outer),
            };
            to_long(count).push_to(out)
        })
    }))
}

fn unit(name: &str) -> Result<Unit, Failure> {
    Unit::find(name).ok_or_else(|| Failure::illegal_argument(Unit::unknown(name)))
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn units_are_counted_within_others() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        // 2024-05-06
        let date = (DataType::Date, Value::Date(1_714_979_289_123));
        for (inner, outer, expected) in [
            ("days", "year", 366),
            ("day", "month", 31),
            ("month", "quarter", 3),
            ("minute", "day", 1440),
            ("week", "day", 0),
        ] {
            let arguments = [word(inner), word(outer), date.clone()];
            assert_eq!(call("date_unit_count", &arguments).unwrap().0, i64::from(expected).into(), "{inner} {outer}");
        }
        assert!(call("date_unit_count", &[word("x"), word("day"), date]).is_err());
    }
}
