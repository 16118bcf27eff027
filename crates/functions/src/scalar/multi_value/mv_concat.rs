use quarry_types::{Column, DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::build_rows;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `MV_CONCAT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_concat",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The strings of a list joined to one, with a delimiter between them.",
    details: "In the order of the list. Null where either argument is null.",
    parameters: &[
        Parameter { name: "string", description: "The strings." },
        Parameter { name: "delim", description: "What to put between them." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = ["a", "b"] | EVAL y = MV_CONCAT(x, "-") | KEEP y"#, result: "a-b" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let (Some(strings), Some(delimiters)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>())
            else {
                return Column::nulls(DataType::Keyword, context.rows);
            };
            let mut text = String::new();
            build_rows(context, DataType::Keyword, &columns[..2], |row, out| {
                let delimiter = delimiters.range(row);
                if delimiter.len() > 1 {
                    return Err(Failure::multi_value());
                }
                let Some(delimiter) = delimiters.single(row) else { return Ok(()) };
                let strings = strings.row(row);
                if strings.len() == 0 {
                    return Ok(());
                }
                text.clear();
                for (i, string) in strings.enumerate() {
                    if i > 0 {
                        text.push_str(delimiter);
                    }
                    text.push_str(string);
                }
                out.push_str(&text);
                Ok(())
            })
        }))
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn strings_are_joined_in_order() {
        let join = |strings: Value, delimiter: Value| {
            call("mv_concat", &[(DataType::Keyword, strings), (DataType::Text, delimiter)]).unwrap()
        };
        let list = Value::List(vec!["b".into(), "a".into(), "".into()]);
        assert_eq!(join(list.clone(), ", ".into()).0, "b, a, ".into());
        assert_eq!(join("x".into(), ",".into()).0, "x".into());
        assert_eq!(join(list.clone(), Value::Null).0, Value::Null);
        assert_eq!(join("x".into(), list).1.len(), 1);
    }
}
