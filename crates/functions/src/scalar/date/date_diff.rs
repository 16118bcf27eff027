use quarry_types::{Column, DataType, Longs, Strings};

use crate::definition::accept::{DATES, STRING};
use crate::lift::{Output, build_rows, one};
use crate::text::number::to_integer;
use crate::time::local::Local;
use crate::time::unit::Unit;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `DATE_DIFF`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "date_diff",
    aliases: &[],
    category: Category::Date,
    summary: "How many whole units lie between two dates.",
    details: "Negative where the first date is the later one. Units are year, quarter, month, week, day, hour, \
              minute, second, millisecond, microsecond and nanosecond, in the plural too, with the abbreviations of \
              SQL: yy, qq, mm, wk, dd, hh, mi, ss, ms, mcs, ns. `dayofyear` and `weekday` are days. A result beyond \
              an integer gives null and a warning.",
    parameters: &[
        Parameter { name: "unit", description: "The unit." },
        Parameter { name: "startTimestamp", description: "The date to count from." },
        Parameter { name: "endTimestamp", description: "The date to count to." },
    ],
    signatures: &[Signature::new(&[STRING, DATES, DATES], Returns::Always(DataType::Integer))],
    examples: &[Example {
        query: r#"ROW x = DATE_DIFF("month", "2024-01-31T00:00:00Z"::date, "2024-03-30T00:00:00Z"::date)"#,
        result: "1",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let constant = match call.constant_str(0) {
        Some(name) => Some(Unit::find(name).ok_or_else(|| {
            BuildError(format!("invalid unit format for [{}]: {}", call.source, Unit::unknown(name)))
        })?),
        None => None,
    };
    let zone = call.settings.zone.clone();
    let (start_type, end_type) = (call.types[1], call.types[2]);
    Ok(Box::new(move |context, columns| {
        let (Some(units), Some(starts), Some(ends)) =
            (columns[0].cells::<Strings>(), columns[1].cells::<Longs>(), columns[2].cells::<Longs>())
        else {
            return Column::nulls(DataType::Integer, context.rows);
        };
        build_rows(context, DataType::Integer, columns, |row, out| {
            let (Some(name), Some(start), Some(end)) = (one(&units, row)?, one(&starts, row)?, one(&ends, row)?) else {
                return Ok(());
            };
            let unit = match constant.or_else(|| Unit::find(name)) {
                Some(unit) => unit,
                None => return Err(Failure::illegal_argument(Unit::unknown(name))),
            };
            let units = unit.between(&Local::of(start_type, start, &zone), &Local::of(end_type, end, &zone));
            to_integer(units).push_to(out)
        })
    }))
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;
    use quarry_types::date::parse_millis;

    use crate::testing::call;

    use super::*;

    #[test]
    fn whole_units_are_counted_toward_zero() {
        for (unit, start, end, expected) in [
            ("year", "2023-12-31T23:59:59.999", "2024-01-01", 0),
            ("years", "2023-12-31T23:59:59.999", "2024-12-31T23:59:59.999", 1),
            ("m", "2023-12-31T23:59:59.999", "2024-02-01", 1),
            ("quarter", "2024-01-01", "2024-12-31", 3),
            ("WK", "2024-01-01", "2024-01-14T23:59", 1),
            ("dy", "2024-01-02", "2024-01-01T00:00:01", 0),
            ("d", "2024-01-03", "2024-01-01", -2),
            ("months", "2024-03-31", "2024-01-31", -2),
            ("hours", "2024-01-01T00:59", "2024-01-01T02:00", 1),
            ("n", "2024-01-01", "2024-01-01T01:00", 60),
            ("mcs", "2024-01-01", "2024-01-01T00:00:00.001", 1000),
        ] {
            let date = |text| (DataType::Date, Value::Date(parse_millis(text, None).unwrap()));
            let arguments = [(DataType::Keyword, Value::from(unit)), date(start), date(end)];
            assert_eq!(call("date_diff", &arguments).unwrap().0, expected.into(), "{unit} {start} {end}");
        }
    }

    #[test]
    fn results_must_be_integers_and_units_known() {
        let unit = |name: &str| (DataType::Keyword, Value::from(name));
        let (a, b) = ((DataType::Date, Value::Date(0)), (DataType::DateNanos, Value::DateNanos(1_814_400_000_000_000)));
        let (value, warnings) = call("date_diff", &[unit("ns"), a.clone(), b.clone()]).unwrap();
        assert_eq!(value, Value::Null);
        assert!(warnings[0].ends_with("InvalidArgumentException: [1814400000000000] out of [integer] range"));
        assert!(call("date_diff", &[unit("eon"), a, b]).unwrap_err().ends_with("received [eon]"));
    }
}
