use jiff::tz::TimeZone;
use quarry_types::{Column, DataType, Strings, Value};

use crate::definition::accept::STRING;
use crate::lift::{build_rows, map1_as, one};
use crate::time::iso;
use crate::time::pattern::DatePattern;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `DATE_PARSE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "date_parse",
    aliases: &[],
    category: Category::Date,
    summary: "The date that a text spells in a pattern.",
    details: "The letters of the pattern are those of Java; names of formats such as `epoch_millis` and alternatives \
              joined with `||` are understood too. Without a pattern the text is an ISO 8601 date. A zone that is \
              missing from the text is that of the option `time_zone`, or of the query. What does not match gives \
              null and a warning.",
    parameters: &[
        Parameter { name: "datePattern", description: "The pattern." },
        Parameter { name: "dateString", description: "The text." },
    ],
    signatures: &[
        Signature::new(&[STRING], Returns::Always(DataType::Date)),
        Signature::new(&[STRING, STRING], Returns::Always(DataType::Date)),
    ],
    examples: &[Example {
        query: r#"ROW x = DATE_PARSE("dd/MMM/yyyy:HH:mm:ss Z", "06/May/2024:07:08:09 +0200")"#,
        result: "2024-05-06T05:08:09.000Z",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = zone(call)?;
    if call.types.len() == 1 {
        return Ok(map1_as::<Strings, _>(DataType::Date, move |text| match text {
            "" => Ok(None),
            text => match iso::parse_millis(text, &zone) {
                Some(ms) => Ok(Some(ms)),
                None => Err(Failure::illegal_argument(iso::failure(text, iso::FORMAT))),
            },
        }));
    }
    let constant = match call.constant_str(0) {
        Some(text) => Some(
            DatePattern::new(text)
                .map_err(|reason| BuildError(format!("invalid date pattern for [{}]: {reason}", call.source)))?,
        ),
        None => None,
    };
    Ok(Box::new(move |context, columns| {
        let (Some(patterns), Some(texts)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>()) else {
            return Column::nulls(DataType::Date, context.rows);
        };
        build_rows(context, DataType::Date, columns, |row, out| {
            let (Some(pattern), Some(text)) = (one(&patterns, row)?, one(&texts, row)?) else { return Ok(()) };
            if text.is_empty() {
                return Ok(());
            }
            let parsed = match &constant {
                Some(pattern) => pattern.parse_millis(text, &zone),
                None => DatePattern::new(pattern).map_err(Failure::illegal_argument)?.parse_millis(text, &zone),
            };
            match parsed {
                Some(ms) => out.push_i64(ms),
                None => return Err(Failure::illegal_argument(iso::failure(text, pattern))),
            }
            Ok(())
        })
    }))
}

/// The zone of texts that name none.
fn zone(call: &Call<'_>) -> Result<TimeZone, BuildError> {
    match call.option("time_zone").map(Value::to_string) {
        None => Ok(call.settings.zone.clone()),
        Some(name) => crate::time::zone(&name)
            .ok_or_else(|| BuildError(format!("Unknown time-zone [{name}] in [{}]", call.source))),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    use super::*;

    #[test]
    fn texts_that_do_not_match_give_a_warning() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        let (value, warnings) = call("date_parse", &[word("yyyy-MM"), word("2024-05-06")]).unwrap();
        assert_eq!(value, Value::Null);
        assert_eq!(
            warnings,
            ["java.lang.IllegalArgumentException: failed to parse date field [2024-05-06] with format [yyyy-MM]"]
        );
        assert_eq!(call("date_parse", &[word("2024-05-06")]).unwrap().0, Value::Date(1_714_953_600_000));
        assert_eq!(call("date_parse", &[word("")]).unwrap(), (Value::Null, vec![]));
    }
}
