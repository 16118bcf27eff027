use quarry_types::{Column, DataType, Longs, Strings};

use crate::definition::accept::{DATES, STRING};
use crate::lift::{build_rows, one};
use crate::time::local::Local;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `DATE_EXTRACT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "date_extract",
    aliases: &[],
    category: Category::Date,
    summary: "One part of a date, as a number.",
    details: "In the time zone of the query. Parts are year, month_of_year, day_of_month, day_of_week (Monday is 1), \
              day_of_year, hour_of_day, minute_of_hour, second_of_minute, milli_of_second, nano_of_second, \
              epoch_day, instant_seconds and the others that Java has, in any case.",
    parameters: &[
        Parameter { name: "datePart", description: "The part." },
        Parameter { name: "date", description: "The date." },
    ],
    signatures: &[Signature::new(&[STRING, DATES], Returns::Always(DataType::Long))],
    examples: &[Example { query: r#"ROW x = DATE_EXTRACT("day_of_week", "2024-05-06T07:08:00Z"::date)"#, result: "1" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let constant = match call.constant_str(0) {
        Some(name) => {
            Some(part(name).ok_or_else(|| BuildError(format!("invalid date field for [{}]: {name}", call.source)))?)
        }
        None => None,
    };
    let zone = call.settings.zone.clone();
    let date_type = call.types[1];
    Ok(Box::new(move |context, columns| {
        let (Some(names), Some(dates)) = (columns[0].cells::<Strings>(), columns[1].cells::<Longs>()) else {
            return Column::nulls(DataType::Long, context.rows);
        };
        build_rows(context, DataType::Long, columns, |row, out| {
            let (Some(name), Some(date)) = (one(&names, row)?, one(&dates, row)?) else { return Ok(()) };
            let part = constant.or_else(|| part(name)).ok_or_else(|| {
                Failure::illegal_argument(format!(
                    "No enum constant java.time.temporal.ChronoField.{}",
                    name.to_ascii_uppercase()
                ))
            })?;
            out.push_i64(part(&Local::of(date_type, date, &zone)));
            Ok(())
        })
    }))
}

/// Computes a part.
type Part = fn(&Local) -> i64;

/// The part of a name of Java's `ChronoField`.
fn part(name: &str) -> Option<Part> {
    Some(match name.to_ascii_lowercase().as_str() {
        "nano_of_second" => |t| i64::from(t.nano),
        "nano_of_day" => |t| t.second_of_day * 1_000_000_000 + i64::from(t.nano),
        "micro_of_second" => |t| i64::from(t.nano / 1000),
        "micro_of_day" => |t| t.second_of_day * 1_000_000 + i64::from(t.nano / 1000),
        "milli_of_second" => |t| i64::from(t.nano / 1_000_000),
        "milli_of_day" => |t| t.second_of_day * 1000 + i64::from(t.nano / 1_000_000),
        "second_of_minute" => Local::second,
        "second_of_day" => |t| t.second_of_day,
        "minute_of_hour" => Local::minute,
        "minute_of_day" => |t| t.second_of_day / 60,
        "hour_of_ampm" => |t| t.hour() % 12,
        "clock_hour_of_ampm" => |t| (t.hour() + 11) % 12 + 1,
        "hour_of_day" => Local::hour,
        "clock_hour_of_day" => |t| (t.hour() + 23) % 24 + 1,
        "ampm_of_day" => |t| t.hour() / 12,
        "day_of_week" => Local::day_of_week,
        "aligned_day_of_week_in_month" => |t| (i64::from(t.day) - 1) % 7 + 1,
        "aligned_day_of_week_in_year" => |t| (t.day_of_year() - 1) % 7 + 1,
        "day_of_month" => |t| i64::from(t.day),
        "day_of_year" => Local::day_of_year,
        "epoch_day" => |t| t.epoch_day,
        "aligned_week_of_month" => |t| (i64::from(t.day) - 1) / 7 + 1,
        "aligned_week_of_year" => |t| (t.day_of_year() - 1) / 7 + 1,
        "month_of_year" => |t| i64::from(t.month),
        "proleptic_month" => |t| t.year * 12 + i64::from(t.month) - 1,
        "year_of_era" => Local::year_of_era,
        "year" => |t| t.year,
        "era" => |t| i64::from(t.year > 0),
        "instant_seconds" => Local::instant_seconds,
        "offset_seconds" => |t| t.offset,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn parts_are_extracted() {
        let date = (DataType::DateNanos, Value::DateNanos(1_714_979_289_123_456_789));
        for (name, expected) in [
            ("year", 2024),
            ("MONTH_OF_YEAR", 5),
            ("hour_of_day", 7),
            ("clock_hour_of_ampm", 7),
            ("nano_of_second", 123_456_789),
            ("aligned_week_of_year", 19),
            ("proleptic_month", 24_292),
            ("epoch_day", 19_849),
            ("instant_seconds", 1_714_979_289),
            ("era", 1),
        ] {
            let arguments = [(DataType::Keyword, Value::from(name)), date.clone()];
            assert_eq!(call("date_extract", &arguments).unwrap().0, i64::from(expected).into(), "{name}");
        }
        let bad = (DataType::Keyword, Value::from("hour"));
        assert_eq!(call("date_extract", &[bad, date]).unwrap_err(), "invalid date field for [date_extract]: hour");
    }
}
