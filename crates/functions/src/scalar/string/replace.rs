use std::borrow::Cow;

use quarry_types::{Column, DataType, Strings};

use super::limit::limited;
use crate::definition::accept::STRING;
use crate::lift::{build_rows, one};
use crate::text::java::{JavaRegex, Replacement};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `REPLACE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "replace",
    aliases: &[],
    category: Category::String,
    summary: "The string in which every match of a regular expression is replaced.",
    details: "The expression is one of Java's. In the replacement `$1` stands for what the first group matched, \
              `${name}` for a named one; a backslash makes `$` and itself literal. A bad expression gives null and a \
              warning.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "regex", description: "The regular expression." },
        Parameter { name: "newString", description: "The replacement." },
    ],
    signatures: &[Signature::new(&[STRING, STRING, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW x = REPLACE("user=ann id=7", "(\\w+)=(\\w+)", "$2:$1")"#,
        result: "ann:user 7:id",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    // A constant expression is compiled once; a bad one fails on each row that has all its arguments.
    let regex = call.constant_str(1).map(JavaRegex::new);
    let replacement = call.constant_str(2).map(Replacement::new);
    Ok(Box::new(move |context, columns| {
        let (Some(texts), Some(patterns), Some(news)) =
            (columns[0].cells::<Strings>(), columns[1].cells::<Strings>(), columns[2].cells::<Strings>())
        else {
            return Column::nulls(DataType::Keyword, context.rows);
        };
        let mut compiled: Option<(&str, Result<JavaRegex, Failure>)> = None;
        build_rows(context, DataType::Keyword, columns, |row, out| {
            let (Some(text), Some(pattern), Some(new)) = (one(&texts, row)?, one(&patterns, row)?, one(&news, row)?)
            else {
                return Ok(());
            };
            if regex.is_none() && compiled.as_ref().is_none_or(|(last, _)| *last != pattern) {
                compiled = Some((pattern, JavaRegex::new(pattern)));
            }
            let Some(regex) = regex.as_ref().or(compiled.as_ref().map(|(_, regex)| regex)) else { return Ok(()) };
            let regex = regex.as_ref().map_err(Clone::clone)?;
            let replaced = match &replacement {
                Some(replacement) => regex.replace_all(text, replacement)?,
                None => regex.replace_all(text, &Replacement::new(new))?,
            };
            if let Cow::Owned(text) = &replaced {
                limited(text.len())?;
            }
            out.push_str(&replaced);
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
    fn a_bad_expression_gives_null() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        let (value, warnings) = call("replace", &[word("a"), word("("), word("b")]).unwrap();
        assert_eq!(value, Value::Null);
        assert_eq!(warnings, ["java.util.regex.PatternSyntaxException: Unclosed group near index 1\n("]);
        assert_eq!(call("replace", &[word("aXb"), word("X"), word("")]).unwrap().0, "ab".into());
    }
}
