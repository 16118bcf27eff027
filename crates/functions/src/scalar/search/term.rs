//! How the search functions compare strings: what the analyser puts in their place where no other function will do.

use quarry_types::{Column, DataType, Strings, Value};

use super::words::{distance_at_most, words};
use crate::definition::accept::STRING;
use crate::lift::build_rows;
use crate::text::wildcard::Wildcard;
use crate::{BuildError, Call, Category, Evaluation, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// Whether one of a field's values passes a test of the constant query, which the option `mode` tells: `exact`,
/// `wildcard`, `words`, `phrase`, `word_wildcard`, `gt`, `gte`, `lt`, `lte`. Not to be called by name.
pub static TERM: ScalarFunction = ScalarFunction {
    name: "term",
    aliases: &[],
    category: Category::Search,
    summary: "Whether a field has a value that passes a test.",
    details: "False for null.",
    parameters: &[
        Parameter { name: "field", description: "The field." },
        Parameter { name: "query", description: "What is looked for, constant." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean))],
    examples: &[],
    evaluation: Evaluation::Kernel(build),
};

type Test = Box<dyn Fn(&str) -> bool + Send + Sync>;

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let query = call.constant_str(1).unwrap_or_default();
    let test = test(call, query)?;
    Ok(Box::new(move |context, columns| {
        let Some(values) = columns[0].cells::<Strings>() else {
            return Column::constant(DataType::Boolean, &false.into(), context.rows);
        };
        build_rows(context, DataType::Boolean, &columns[..1], |row, out| {
            out.push_bool(values.row(row).any(&test));
            Ok(())
        })
    }))
}

fn test(call: &Call<'_>, query: &str) -> Result<Test, BuildError> {
    let text = |name: &str| call.option(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| match call.option(name) {
        Some(Value::Integer(n)) => usize::try_from(*n).unwrap_or(0),
        _ => 0,
    };
    let ignores_case = matches!(call.option("case_insensitive"), Some(Value::Boolean(true)));
    let owned = query.to_owned();
    let wildcard = |pattern: &str| Wildcard::new(pattern).map_err(BuildError);
    Ok(match text("mode") {
        "gt" => Box::new(move |value| value > owned.as_str()),
        "gte" => Box::new(move |value| value >= owned.as_str()),
        "lt" => Box::new(move |value| value < owned.as_str()),
        "lte" => Box::new(move |value| value <= owned.as_str()),
        "wildcard" if ignores_case => {
            let pattern = wildcard(&query.to_lowercase())?;
            Box::new(move |value| pattern.matches(&value.to_lowercase()))
        }
        "wildcard" => {
            let pattern = wildcard(query)?;
            Box::new(move |value| pattern.matches(value))
        }
        "word_wildcard" => {
            let pattern = wildcard(&query.to_lowercase())?;
            Box::new(move |value| words(value).iter().any(|word| pattern.matches(word)))
        }
        "phrase" => {
            let phrase = words(query);
            Box::new(move |value| {
                let found = words(value);
                !phrase.is_empty() && found.windows(phrase.len()).any(|window| window == phrase.as_slice())
            })
        }
        "words" => {
            let wanted = words(query);
            let least = number("least").clamp(1, wanted.len().max(1));
            let (distance, prefix) = (number("fuzziness"), number("prefix_length"));
            let automatic = text("fuzziness").eq_ignore_ascii_case("auto");
            let empty = matches!(call.option("empty_matches"), Some(Value::Boolean(true)));
            Box::new(move |value| {
                if wanted.is_empty() {
                    return empty;
                }
                let found = words(value);
                let hits = wanted.iter().filter(|word| {
                    let distance = if automatic { automatic_distance(word) } else { distance };
                    found.iter().any(|other| distance_at_most(word, other, distance, prefix))
                });
                hits.take(least).count() == least
            })
        }
        _ => {
            let (distance, prefix) = (number("fuzziness"), number("prefix_length"));
            let automatic = text("fuzziness").eq_ignore_ascii_case("auto");
            let distance = if automatic { automatic_distance(query) } else { distance };
            let wanted = if ignores_case { query.to_lowercase() } else { owned };
            Box::new(move |value| {
                if ignores_case {
                    distance_at_most(&wanted, &value.to_lowercase(), distance, prefix)
                } else {
                    distance_at_most(&wanted, value, distance, prefix)
                }
            })
        }
    })
}

/// How far words may be apart where the query leaves it open.
fn automatic_distance(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn passes(value: &str, query: &str, options: &[(&str, Value)]) -> bool {
        let constants = [None, Some(Value::from(query))];
        let options: Vec<(String, Value)> = options.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        let settings = Settings::default();
        let call = Call {
            types: &[DataType::Keyword; 2],
            constants: &constants,
            sources: &["x", "y"],
            source: "term",
            options: &options,
            returns: DataType::Boolean,
            settings: &settings,
        };
        test(&call, query).unwrap()(value)
    }

    #[test]
    fn words_are_found_in_any_case() {
        let mode = |mode: &str| ("mode", Value::from(mode));
        assert!(passes("Failed PASSWORD for root", "password login", &[mode("words")]));
        assert!(!passes("Failed PASSWORD for root", "password login", &[mode("words"), ("least", 2.into())]));
        assert!(passes("Failed PASSWORD for root", "Password For", &[mode("phrase")]));
        assert!(!passes("Failed PASSWORD for root", "password root", &[mode("phrase")]));
        assert!(passes("Failed PASSWORD", "pass*", &[mode("word_wildcard")]));
    }

    #[test]
    fn whole_values_are_compared_exactly_or_nearly() {
        assert!(passes("a", "a", &[]) && !passes("A", "a", &[]));
        assert!(passes("A", "a", &[("case_insensitive", true.into())]));
        assert!(passes("svch0st.exe", "svchost.exe", &[("fuzziness", 1.into())]));
        assert!(!passes("svch00st.exe", "svchost.exe", &[("fuzziness", 1.into())]));
        assert!(passes("ab", "ac", &[("mode", "lt".into())]));
        assert!(passes("Web-1", "web-*", &[("mode", "wildcard".into()), ("case_insensitive", true.into())]));
    }
}
