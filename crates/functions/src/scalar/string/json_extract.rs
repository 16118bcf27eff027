use quarry_types::{Column, DataType, Strings};

use crate::definition::accept::{SOURCE, STRING};
use crate::lift::{build_rows, one};
use crate::text::json_path::{JsonPath, Problem};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `JSON_EXTRACT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "json_extract",
    aliases: &[],
    category: Category::String,
    summary: "The part of a JSON text that a path leads to.",
    details: "A path has keys after dots (`a.b`), positions in lists (`a[0]`), quoted keys (`['a.b']`) and optionally \
              a `$` in front, which alone is the whole text. A string gives its text, a number or boolean its \
              literal, an object or list its JSON text, JSON's null gives null. A path that leads nowhere gives null \
              and a warning. Of keys that occur twice the first counts.",
    parameters: &[
        Parameter { name: "string", description: "The JSON text, or `_source`." },
        Parameter { name: "path", description: "The path." },
    ],
    signatures: &[Signature::new(&[STRING.or(SOURCE), STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW x = JSON_EXTRACT("""{"user":{"names":["ann","bo"]}}""", "user.names[1]")"#,
        result: "bo",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let constant = match call.constant_str(1) {
        Some(path) => Some(JsonPath::new(path).map_err(BuildError)?),
        None => None,
    };
    Ok(Box::new(move |context, columns| {
        let (Some(texts), Some(paths)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>()) else {
            return Column::nulls(DataType::Keyword, context.rows);
        };
        build_rows(context, DataType::Keyword, columns, |row, out| {
            let (Some(text), Some(path)) = (one(&texts, row)?, one(&paths, row)?) else { return Ok(()) };
            let found = match &constant {
                Some(constant) => constant.find(text),
                None => JsonPath::new(path).map_err(Failure::illegal_argument)?.find(text),
            };
            match found {
                Ok(Some(found)) => out.push_str(&found),
                Ok(None) => {}
                Err(problem) => return Err(failure(problem, path)),
            }
            Ok(())
        })
    }))
}

fn failure(problem: Problem, path: &str) -> Failure {
    Failure::illegal_argument(match problem {
        Problem::Missing => format!("path [{path}] does not exist"),
        Problem::OutOfBounds => "array index out of bounds".to_owned(),
        Problem::NotJson => "invalid JSON input".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn paths_that_lead_nowhere_give_a_warning() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        let (value, warnings) = call("json_extract", &[word(r#"{"a":1}"#), word("b")]).unwrap();
        assert_eq!(value, Value::Null);
        assert_eq!(warnings, ["java.lang.IllegalArgumentException: path [b] does not exist"]);
        let source = (DataType::Source, Value::from(r#"{"a": [1, "x"]}"#));
        assert_eq!(call("json_extract", &[source, word("a")]).unwrap().0, r#"[1, "x"]"#.into());
        assert!(call("json_extract", &[word("{}"), word("a..b")]).is_err());
    }
}
