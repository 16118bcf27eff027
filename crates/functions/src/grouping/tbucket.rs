//! TBUCKET: BUCKET of `@timestamp`.

use quarry_types::{ColumnBuilder, DataType, Longs};

use super::{bucket, empty_buckets};
use crate::definition::WholeKeys;
use crate::definition::accept::{DATE, DATES, SPAN, STRING, WHOLE};
use crate::{BuildError, Call, Example, GroupingFunction, GroupingKeys, Kernel, Parameter, Returns, Signature};

/// `TBUCKET`
///
/// `@timestamp` is not written in a query: it is passed as the last argument.
pub(crate) static DEF: GroupingFunction = GroupingFunction {
    name: "tbucket",
    aliases: &[],
    summary: "The start of the bucket that the row's `@timestamp` falls into.",
    details: "As BUCKET does it: with the size of a bucket, or the most buckets there should be between two ends. An end that isn't given is the \
              first or the last `@timestamp` that there is.",
    parameters: &[
        Parameter { name: "buckets", description: "The size of a bucket, or the number of buckets where ends follow." },
        Parameter { name: "from", description: "The start of the first bucket." },
        Parameter { name: "to", description: "The end of the last bucket." },
        Parameter { name: "timestamp", description: "Always `@timestamp`; not written." },
    ],
    signatures: &[
        Signature::new(&[SPAN.or(STRING), DATES], Returns::Argument(1)),
        Signature::new(&[WHOLE, DATE.or(STRING), DATE.or(STRING), DATES], Returns::Argument(3)),
    ],
    examples: &[Example {
        query: r#"ROW `@timestamp` = "2024-05-06T07:08:09Z"::date | STATS n = COUNT(*) BY b = TBUCKET(1 hour)"#,
        result: "1 | 2024-05-06T07:00:00.000Z",
    }],
    keys: GroupingKeys::Kernel(build),
    empty_buckets: Some(|call| empty_buckets::of(call, call.types.len() - 1, 0)),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    bucket::dates(call, call.types.len() - 1, 0)
}

/// `TBUCKET` with a number of buckets and without both ends: what is missing is the first and the last `@timestamp`
/// that there is. Here that is the first argument.
pub static OVER_ALL: GroupingFunction = GroupingFunction {
    name: "tbucket",
    aliases: &[],
    summary: DEF.summary,
    details: DEF.details,
    parameters: &[
        Parameter { name: "timestamp", description: "Always `@timestamp`; not written." },
        Parameter { name: "buckets", description: "The most buckets there should be." },
        Parameter { name: "from", description: "The start of the first bucket." },
    ],
    signatures: &[Signature::new(&[DATES, WHOLE, DATE.or(STRING)], Returns::Argument(0)).optional(1)],
    examples: &[],
    keys: GroupingKeys::Whole(over_all),
    empty_buckets: Some(|call| empty_buckets::of(call, 0, 1)),
};

fn over_all(call: &Call<'_>) -> Result<WholeKeys, BuildError> {
    let zone = call.settings.zone.clone();
    let count = crate::aggregate::state::constant(call, 1)?.as_i64().unwrap_or(0);
    let from = if call.types.len() > 2 { bucket::end(call, 2, &zone)? } else { None };
    let scale = if call.types[0] == DataType::DateNanos { 1_000_000 } else { 1 };
    Ok(Box::new(move |timestamps| {
        let Some(cells) = timestamps.cells::<Longs>() else { return timestamps.clone() };
        let all = || (0..timestamps.len()).flat_map(|row| cells.row(row)).map(|at| at.div_euclid(scale));
        let (Some(first), Some(last)) = (all().min(), all().max()) else { return timestamps.clone() };
        let cut = bucket::finest_between(count, from.unwrap_or(first), last.saturating_add(1), &zone);
        let mut starts = ColumnBuilder::with_capacity(timestamps.data_type(), timestamps.len());
        for row in 0..timestamps.len() {
            for at in cells.row(row) {
                starts.push_i64(cut.floor(at.div_euclid(scale), &zone).saturating_mul(scale));
            }
            starts.finish_row();
        }
        starts.finish()
    }))
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::grouping::testing::keys;

    #[test]
    fn the_timestamp_comes_last() {
        let timestamp = (DataType::Date, Value::Date(5_400_000));
        let span = (DataType::TimeDuration, Value::TimeDuration(3_600_000));
        assert_eq!(keys("tbucket", &[span, timestamp.clone()]).unwrap().0, Value::Date(3_600_000));
        let [from, to] = ["1970-01-01T00:00", "1970-01-02"].map(|text| (DataType::Keyword, text.into()));
        let arguments = [(DataType::Integer, 24.into()), from, to, timestamp];
        assert_eq!(keys("tbucket", &arguments).unwrap().0, Value::Date(3_600_000));
    }
}
