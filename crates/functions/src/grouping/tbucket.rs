use super::bucket;
use crate::definition::accept::{DATE, DATES, SPAN, STRING, WHOLE};
use crate::{BuildError, Call, Example, GroupingFunction, GroupingKeys, Kernel, Parameter, Returns, Signature};

/// `TBUCKET`
///
/// `@timestamp` is not written in a query: it is passed as the last argument.
pub(crate) static DEF: GroupingFunction = GroupingFunction {
    name: "tbucket",
    aliases: &[],
    summary: "The start of the bucket that the row's `@timestamp` falls into.",
    details: "As BUCKET does it: with the size of a bucket, or the most buckets there should be between two ends.",
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
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    bucket::dates(call, call.types.len() - 1, 0)
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
