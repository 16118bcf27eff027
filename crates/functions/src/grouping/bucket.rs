use jiff::tz::TimeZone;
use quarry_types::{DataType, Doubles, Integers, Layout, Longs, UnsignedLongs, Value, date};

use super::empty_buckets;
use crate::definition::accept::{DATE, DATES, NUMERIC, SPAN, STRING, WHOLE};
use crate::lift::{constant, map1, map1_as};
use crate::time::Truncation;
use crate::time::span::{parse_date_period, parse_time_duration};
use crate::{
    BuildError, Call, Example, Failure, GroupingFunction, GroupingKeys, Kernel, Parameter, Returns, Signature,
};

/// `BUCKET`
pub(crate) static DEF: GroupingFunction = GroupingFunction {
    name: "bucket",
    aliases: &["bin"],
    summary: "The start of the bucket that a date or number falls into.",
    details: "Either the size of a bucket is given, or how many there should be at most between two ends; then the \
              size is the smallest that will do out of a list of sizes that people expect: 1, 5 or 10 units, months, \
              years... Rows outside of the ends aren't left out. Buckets without rows aren't made, unless the option \
              `include_empty_buckets` is true and there are ends; INLINE STATS pays no heed to it.",
    parameters: &[
        Parameter { name: "field", description: "The date or number." },
        Parameter { name: "buckets", description: "The size of a bucket, or the number of buckets where ends follow." },
        Parameter { name: "from", description: "The start of the first bucket." },
        Parameter { name: "to", description: "The end of the last bucket." },
    ],
    signatures: &[
        Signature::new(&[DATES, SPAN.or(STRING)], Returns::Argument(0)),
        Signature::new(&[DATES, WHOLE, DATE.or(STRING), DATE.or(STRING)], Returns::Argument(0)),
        Signature::new(&[NUMERIC, NUMERIC], Returns::Always(DataType::Double)),
        Signature::new(&[NUMERIC, WHOLE, NUMERIC, NUMERIC], Returns::Always(DataType::Double)),
    ],
    examples: &[
        Example { query: "ROW x = 17 | STATS n = COUNT(*) BY b = BUCKET(x, 5)", result: "1 | 15.0" },
        Example {
            query: r#"ROW d = "2024-05-06T07:08:09Z"::date | STATS n = COUNT(*) BY b = BUCKET(d, 1 hour)"#,
            result: "1 | 2024-05-06T07:00:00.000Z",
        },
    ],
    keys: GroupingKeys::Kernel(build),
    empty_buckets: Some(|call| empty_buckets::of(call, 0, 1)),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    match call.types[0] {
        DataType::Null => Ok(constant(call.returns, Value::Null)),
        t if t.is_date() => dates(call, 0, 1),
        _ => numbers(call),
    }
}

/// Cuts the dates at `field` by the span, or the number of buckets and ends, from `size` on.
pub(super) fn dates(call: &Call<'_>, field: usize, size: usize) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    let Some(truncation) = truncation(call, size, &zone)? else { return Ok(constant(call.returns, Value::Null)) };
    let kernel = if call.types[field] == DataType::DateNanos {
        const NANOS: i64 = 1_000_000;
        map1_as::<Longs, i64>(call.returns, move |ns| {
            truncation.floor(ns.div_euclid(NANOS), &zone).saturating_mul(NANOS)
        })
    } else {
        map1_as::<Longs, i64>(call.returns, move |ms| truncation.floor(ms, &zone))
    };
    Ok(Box::new(move |context, columns| kernel(context, &columns[field..=field])))
}

/// `None` where an argument is null.
fn truncation(call: &Call<'_>, size: usize, zone: &TimeZone) -> Result<Option<Truncation>, BuildError> {
    let by_span = |span: &Value| Truncation::of(span).map(Some).map_err(BuildError);
    match constant_at(call, size)? {
        Value::Null => Ok(None),
        span @ (Value::DatePeriod(_) | Value::TimeDuration(_)) => by_span(span),
        Value::String(text) => {
            by_span(&parse_date_period(text).or_else(|_| parse_time_duration(text)).map_err(BuildError)?)
        }
        count => {
            let count = count.as_i64().unwrap_or(0);
            Ok(ends(call, size + 1, zone)?.map(|(from, to)| finest_between(count, from, to, zone)))
        }
    }
}

fn constant_at<'a>(call: &'a Call<'_>, index: usize) -> Result<&'a Value, BuildError> {
    crate::aggregate::state::constant(call, index)
}

/// One end of the range, in milliseconds.
pub(super) fn end(call: &Call<'_>, index: usize, zone: &TimeZone) -> Result<Option<i64>, BuildError> {
    match constant_at(call, index)? {
        Value::Date(ms) => Ok(Some(*ms)),
        Value::DateNanos(ns) => Ok(Some(ns.div_euclid(1_000_000))),
        Value::String(text) => date::parse_millis(text, Some(zone)).map(Some).ok_or_else(|| {
            BuildError(format!("failed to parse date field [{text}] with format [strict_date_optional_time]"))
        }),
        _ => Ok(None),
    }
}

/// Both ends of the range; `None` where one is null.
pub(crate) fn ends(call: &Call<'_>, from: usize, zone: &TimeZone) -> Result<Option<(i64, i64)>, BuildError> {
    Ok(end(call, from, zone)?.zip(end(call, from + 1, zone)?))
}

/// The sizes of buckets within a day, in milliseconds.
const SIZES: [i64; 15] = [
    1, 10, 50, 100, 1000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 43_200_000,
];

/// The finest size that cuts the range into at most `count` buckets; years where none does.
pub(crate) fn finest_between(count: i64, from: i64, to: i64, zone: &TimeZone) -> Truncation {
    let calendar = [Truncation::Days(1), Truncation::Week, Truncation::Months(1)];
    SIZES
        .into_iter()
        .map(Truncation::Millis)
        .chain(calendar)
        .find(|truncation| buckets(*truncation, count, from, to, zone) <= count)
        .unwrap_or(Truncation::Months(12))
}

/// The number of buckets in the range, counted to just beyond `most`.
fn buckets(truncation: Truncation, most: i64, from: i64, to: i64, zone: &TimeZone) -> i64 {
    let mut start = truncation.floor(from, zone);
    if let Truncation::Millis(size) = truncation {
        return to.saturating_sub(start).max(0).saturating_add(size - 1) / size;
    }
    let mut count = 0;
    while start < to && count <= most {
        start = truncation.next(start, zone);
        count += 1;
    }
    count
}

fn numbers(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let mut constants = Vec::new();
    for index in 1..call.types.len() {
        match constant_at(call, index)?.as_f64() {
            Some(number) => constants.push(number),
            None => return Ok(constant(call.returns, Value::Null)),
        }
    }
    let size = match constants[..] {
        [count, from, to] => rounded_size(count, from, to),
        _ => constants[0],
    };
    let bucket = move |x: f64| {
        let number = x / size;
        // The reference divides, and calls every failure of that by this name.
        if number.is_finite() { Ok(number.floor() * size) } else { Err(Failure::arithmetic("/ by zero")) }
    };
    Ok(match call.types[0].layout() {
        Layout::Int32 => map1::<Integers, _>(move |x| bucket(f64::from(x))),
        Layout::Int64 => map1::<Longs, _>(move |x| bucket(x as f64)),
        Layout::UInt64 => map1::<UnsignedLongs, _>(move |x| bucket(x as f64)),
        _ => map1::<Doubles, _>(bucket),
    })
}

/// The exact size, rounded up to a power of ten or half of one.
pub(super) fn rounded_size(count: f64, from: f64, to: f64) -> f64 {
    let exact = (to - from) / count;
    let power = 10f64.powf(exact.log10().ceil());
    if exact < power / 2.0 { power / 2.0 } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grouping::testing::keys;

    fn date(text: &str) -> Value {
        Value::Date(date::parse_millis(text, None).unwrap())
    }

    fn date_bucket(count: i32, from: &str, to: &str) -> String {
        let arguments = [
            (DataType::Date, date("2024-05-08T10:17:33.123Z")),
            (DataType::Integer, count.into()),
            (DataType::Keyword, from.into()),
            (DataType::Date, date(to)),
        ];
        keys("bucket", &arguments).unwrap().0.to_string()
    }

    #[test]
    fn the_finest_size_that_will_do_is_taken() {
        for (count, from, to, expected) in [
            (20, "2024-01-01", "2025-01-01", "2024-05-01T00:00:00.000Z"),
            (60, "2024-01-01", "2025-01-01", "2024-05-06T00:00:00.000Z"),
            (400, "2024-01-01", "2025-01-01", "2024-05-08T00:00:00.000Z"),
            (2, "2020-01-01", "2025-01-01", "2024-01-01T00:00:00.000Z"),
            (24, "2024-05-08", "2024-05-08T23:59:59", "2024-05-08T10:00:00.000Z"),
            (1000, "2024-05-08T10:17:33", "2024-05-08T10:17:34", "2024-05-08T10:17:33.123Z"),
            (10, "2024-05-08T10:17:33", "2024-05-08T10:17:34", "2024-05-08T10:17:33.100Z"),
        ] {
            assert_eq!(date_bucket(count, from, to), expected);
        }
    }

    #[test]
    fn dates_are_cut_by_a_span() {
        for (span, expected) in [
            (Value::TimeDuration(600_000), "2024-05-08T10:10:00.000Z"),
            ("1 week".into(), "2024-05-06T00:00:00.000Z"),
            ("2 hours".into(), "2024-05-08T10:00:00.000Z"),
        ] {
            let span_type = if span.as_str().is_some() { DataType::Keyword } else { DataType::TimeDuration };
            let arguments = [(DataType::Date, date("2024-05-08T10:17:33.123Z")), (span_type, span.clone())];
            assert_eq!(keys("bin", &arguments).unwrap().0.to_string(), expected);
            let nanos = [(DataType::DateNanos, Value::DateNanos(1_715_163_453_123_456_789)), (span_type, span)];
            assert_eq!(keys("bin", &nanos).unwrap().0.to_string(), expected);
        }
    }

    #[test]
    fn numbers_are_cut_by_a_size() {
        let number =
            |x: Value, size: Value| keys("bucket", &[(DataType::Double, x), (DataType::Double, size)]).unwrap();
        assert_eq!(number(17.5.into(), 5.0.into()).0, Value::Double(15.0));
        assert_eq!(number((-1.0).into(), 5.0.into()).0, Value::Double(-5.0));
        assert_eq!(number(Value::Null, 5.0.into()).0, Value::Null);
        let zero = (Value::Null, vec!["java.lang.ArithmeticException: / by zero".to_owned()]);
        assert_eq!(number(1.0.into(), 0.0.into()), zero);
    }

    #[test]
    fn a_number_of_buckets_gives_a_round_size() {
        let bucket = |x: i32, count: i32, from: i32, to: i32| {
            let arguments = [x, count, from, to].map(|n| (DataType::Integer, n.into()));
            keys("bucket", &arguments).unwrap()
        };
        assert_eq!(bucket(123, 10, 0, 480).0, Value::Double(100.0));
        assert_eq!(bucket(123, 10, 0, 1000).0, Value::Double(100.0));
        assert_eq!(bucket(123, 30, 0, 1000).0, Value::Double(100.0));
        assert_eq!(bucket(1, 0, 0, 0).0, Value::Null);
        assert_eq!(bucket(1, -1, 0, 0).1, ["java.lang.ArithmeticException: / by zero"]);
    }
}
