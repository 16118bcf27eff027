use quarry_types::DataType;

use super::patterns::{Test, any_matches};
use crate::definition::accept::STRING;
use crate::text::wildcard::Wildcard;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `MV_LIKE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_like",
    aliases: &[],
    category: Category::MultiValue,
    summary: "Whether a string of a list matches a pattern: `*` is any text, `?` any character.",
    details: "The pattern must cover the whole string. False where an argument is null.",
    parameters: &[
        Parameter { name: "field", description: "The strings." },
        Parameter { name: "pattern", description: "The pattern." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example {
        query: r#"ROW x = ["Anna", "Bob"] | EVAL y = MV_LIKE(x, "B*"), z = MV_LIKE(x, "C*") | KEEP y, z"#,
        result: "true | false",
    }],
    evaluation: Evaluation::Kernel(|call| any_matches(call, compile)),
};

fn compile(text: &str) -> Result<Test, String> {
    let pattern = Wildcard::new(text).map_err(|reason| format!("Invalid pattern for LIKE [{text}]: [{reason}]"))?;
    Ok(Box::new(move |value| pattern.matches(value)))
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn one_match_will_do_and_null_matches_nothing() {
        let matches = |value: Value, pattern: Value| {
            call("mv_like", &[(DataType::Keyword, value), (DataType::Keyword, pattern)]).unwrap().0
        };
        let list = Value::List(vec!["Anna".into(), "Bob".into()]);
        assert_eq!(matches(list.clone(), "A*".into()), true.into());
        assert_eq!(matches(list.clone(), "b*".into()), false.into());
        assert_eq!(matches(Value::Null, "A*".into()), false.into());
        assert_eq!(matches(list, Value::Null), false.into());
    }
}
