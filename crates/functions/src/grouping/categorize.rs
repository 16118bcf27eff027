mod clusters;
mod tokens;

use quarry_types::{Column, ColumnBuilder, DataType, Strings, Value};

use self::clusters::Clusters;
use self::tokens::Analyzer;
use crate::definition::WholeKeys;
use crate::definition::accept::STRING;
use crate::{BuildError, Call, Example, GroupingFunction, GroupingKeys, Parameter, Returns, Signature};

/// `CATEGORIZE`
pub(crate) static DEF: GroupingFunction = GroupingFunction {
    name: "categorize",
    aliases: &[],
    summary: "Groups log messages that differ only in some of their words.",
    details: "The key is a regular expression of the words that the messages of a group have in common. Numbers, \
              identifiers, dates and the names of days and months are left out of the comparison. Options: \
              `similarity_threshold`, the percentage that must agree (1 to 100, by default 70); `output_format`, \
              `regex` or `tokens`; `analyzer`, how messages are cut into words (`ml_standard`, `standard`, `simple`, \
              `stop`, `whitespace` or `keyword`). Null for a message without words.",
    parameters: &[Parameter { name: "field", description: "The messages." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW m = ["user 17 logged in", "user 18 logged in"] | STATS n = COUNT(*) BY c = CATEGORIZE(m)"#,
        result: "2 | .*?user.+?logged.+?in.*?",
    }],
    keys: GroupingKeys::Whole(build),
    empty_buckets: None,
};

#[derive(Clone, Copy)]
enum Format {
    Regex,
    Tokens,
}

fn build(call: &Call<'_>) -> Result<WholeKeys, BuildError> {
    let (mut analyzer, mut format, mut threshold) = (Analyzer::MlStandard, Format::Regex, 0.7);
    for (name, value) in call.options {
        let invalid = |expected: &str| {
            BuildError(format!("Invalid option [{name}] in [{}], expected {expected}, found [{value}]", call.source))
        };
        match name.as_str() {
            "analyzer" => {
                analyzer =
                    value.as_str().and_then(Analyzer::named).ok_or_else(|| invalid("the name of an analyzer"))?;
            }
            "output_format" => {
                format = match value.as_str().map(str::to_ascii_lowercase).as_deref() {
                    Some("regex") => Format::Regex,
                    Some("tokens") => Format::Tokens,
                    _ => return Err(invalid("one of [REGEX, TOKENS]")),
                };
            }
            "similarity_threshold" => {
                threshold = match value.as_i64() {
                    Some(percentage @ 1..=100) => percentage as f64 / 100.0,
                    _ => return Err(invalid("a number between 1 and 100")),
                };
            }
            _ => {
                return Err(BuildError(format!(
                    "Invalid option [{name}] in [{}], expected one of [analyzer, output_format, similarity_threshold]",
                    call.source
                )));
            }
        }
    }
    Ok(Box::new(move |messages| keys(messages, analyzer, format, threshold)))
}

fn keys(messages: &Column, analyzer: Analyzer, format: Format, threshold: f64) -> Column {
    let Some(cells) = messages.cells::<Strings>() else { return Column::nulls(DataType::Keyword, messages.len()) };
    let mut clusters = Clusters::new(threshold);
    let rows = if messages.is_constant() { messages.len().min(1) } else { messages.len() };
    // A cluster's words are known once all messages have been seen.
    let numbers: Vec<Vec<Option<usize>>> = (0..rows)
        .map(|row| cells.row(row).map(|message| clusters.add(message, |text| analyzer.tokens(text))).collect())
        .collect();
    let texts: Vec<String> = clusters
        .words()
        .map(|words| match format {
            Format::Tokens => words.join(" "),
            Format::Regex => {
                let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
                format!(".*?{}.*?", words.join(".+?"))
            }
        })
        .collect();
    let mut builder = ColumnBuilder::with_capacity(DataType::Keyword, rows);
    let mut seen = Vec::new();
    for row in numbers {
        seen.clear();
        for number in row.into_iter().flatten() {
            if !seen.contains(&number) {
                seen.push(number);
                builder.push_str(&texts[number]);
            }
        }
        builder.finish_row();
    }
    let column = builder.finish();
    if rows == messages.len() {
        return column;
    }
    let key = if rows == 0 { Value::Null } else { column.value(0) };
    Column::constant(DataType::Keyword, &key, messages.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grouping::testing::whole_keys;

    fn categorize(messages: &[&str], options: &[(&str, Value)]) -> Vec<String> {
        let values: Vec<Value> = messages.iter().map(|m| Value::from(*m)).collect();
        let options: Vec<(String, Value)> = options.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        whole_keys("categorize", &values, &options).unwrap().iter().map(Value::to_string).collect()
    }

    const LOG: [&str; 4] =
        ["Accepted from 10.0.0.1", "Accepted from 10.0.0.2", "Disk failure", "Accepted from 10.0.0.3"];

    #[test]
    fn messages_that_share_most_words_share_a_key() {
        let accepted = ".*?Accepted.+?from.*?";
        assert_eq!(categorize(&LOG, &[]), [accepted, accepted, ".*?Disk.+?failure.*?", accepted]);
    }

    #[test]
    fn the_threshold_can_be_raised() {
        let keys = categorize(&LOG[..2], &[("similarity_threshold", 99.into())]);
        assert_eq!(keys, [r".*?Accepted.+?from.+?10\.0\.0\.1.*?", r".*?Accepted.+?from.+?10\.0\.0\.2.*?"]);
    }

    #[test]
    fn keys_can_be_words() {
        let keys = categorize(&LOG, &[("output_format", "tokens".into())]);
        assert_eq!(keys[..3], ["Accepted from", "Accepted from", "Disk failure"]);
    }

    #[test]
    fn a_message_without_words_has_no_key() {
        assert_eq!(categorize(&["", "12", "..."], &[]), ["null", "null", "null"]);
    }

    #[test]
    fn a_list_has_several_keys() {
        let list = Value::List(vec!["Disk failure".into(), "Fan failure".into(), "Disk failure".into()]);
        let keys = whole_keys("categorize", &[list], &[]).unwrap();
        assert_eq!(keys[0].to_string(), "[.*?Disk.+?failure.*?, .*?Fan.+?failure.*?]");
    }

    #[test]
    fn options_are_checked() {
        for (name, value) in
            [("similarity_threshold", 0.into()), ("output_format", "xml".into()), ("analyser", Value::from("x"))]
        {
            assert!(whole_keys("categorize", &[], &[(name.to_owned(), value)]).is_err());
        }
    }
}
