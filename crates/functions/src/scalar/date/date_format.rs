use quarry_types::{Column, DataType, Longs, Strings};

use crate::definition::accept::{DATES, STRING};
use crate::lift::{build_rows, map1_as, one};
use crate::time::local::{Local, print_millis, print_nanos};
use crate::time::pattern::DatePattern;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `DATE_FORMAT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "date_format",
    aliases: &[],
    category: Category::Date,
    summary: "A date as text, in a pattern.",
    details: "In the time zone of the query. The letters of the pattern are those of Java: `yyyy` is the year, but \
              `YYYY` the one that the week belongs to. Without a pattern the text is as results show the date.",
    parameters: &[
        Parameter { name: "dateFormat", description: "The pattern." },
        Parameter { name: "date", description: "The date." },
    ],
    signatures: &[
        Signature::new(&[DATES], Returns::Always(DataType::Keyword)),
        Signature::new(&[STRING, DATES], Returns::Always(DataType::Keyword)),
    ],
    examples: &[Example {
        query: r#"ROW x = DATE_FORMAT("EEE d MMM yyyy, HH:mm", "2024-05-06T07:08:00Z"::date)"#,
        result: "Mon 6 May 2024, 07:08",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    let [pattern_type @ .., date_type] = call.types else { return Err(BuildError("no date to format".into())) };
    let date_type = *date_type;
    if pattern_type.is_empty() {
        return Ok(map1_as::<Longs, String>(DataType::Keyword, move |date| match date_type {
            DataType::DateNanos => print_nanos(date, &zone),
            _ => print_millis(date, &zone),
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
        let (Some(patterns), Some(dates)) = (columns[0].cells::<Strings>(), columns[1].cells::<Longs>()) else {
            return Column::nulls(DataType::Keyword, context.rows);
        };
        build_rows(context, DataType::Keyword, columns, |row, out| {
            let (Some(pattern), Some(date)) = (one(&patterns, row)?, one(&dates, row)?) else { return Ok(()) };
            let local = Local::of(date_type, date, &zone);
            let text = match &constant {
                Some(pattern) => pattern.format(&local, &zone),
                None => DatePattern::new(pattern).map_err(Failure::illegal_argument)?.format(&local, &zone),
            };
            out.push_str(&text);
            Ok(())
        })
    }))
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn the_pattern_may_be_left_out() {
        let date = (DataType::Date, Value::Date(1_714_979_289_123));
        assert_eq!(call("date_format", std::slice::from_ref(&date)).unwrap().0, "2024-05-06T07:08:09.123Z".into());
        let pattern = (DataType::Keyword, Value::from("d.M.yy"));
        assert_eq!(call("date_format", &[pattern, date.clone()]).unwrap().0, "6.5.24".into());
        let bad = (DataType::Keyword, Value::from("yyyy-bb"));
        assert!(call("date_format", &[bad, date]).unwrap_err().contains("Unknown pattern letter: b"));
    }
}
