use quarry_types::{Column, DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::{build_rows, one};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `SPLIT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "split",
    aliases: &[],
    category: Category::String,
    summary: "The parts of a string between a delimiter.",
    details: "The delimiter is exactly one byte. Parts keep their order, empty ones included.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "delim", description: "The delimiter." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = SPLIT("usr/local/bin", "/")"#, result: "[usr, local, bin]" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some(delimiter) = call.constant_str(1) {
        single_byte(delimiter).map_err(BuildError)?;
    }
    Ok(Box::new(|context, columns| {
        let (Some(texts), Some(delimiters)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>()) else {
            return Column::nulls(DataType::Keyword, context.rows);
        };
        build_rows(context, DataType::Keyword, columns, |row, out| {
            let (Some(text), Some(delimiter)) = (one(&texts, row)?, one(&delimiters, row)?) else { return Ok(()) };
            let delimiter = single_byte(delimiter).map_err(Failure::invalid_argument)?;
            text.split(delimiter).for_each(|part| out.push_str(part));
            Ok(())
        })
    }))
}

fn single_byte(delimiter: &str) -> Result<char, String> {
    match delimiter.as_bytes() {
        [byte] => Ok(char::from(*byte)),
        _ => Err("delimiter must be single byte for now".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn empty_parts_are_kept() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        let (parts, _) = call("split", &[word(",a,,b"), word(",")]).unwrap();
        assert_eq!(parts, Value::List(vec!["".into(), "a".into(), "".into(), "b".into()]));
        assert_eq!(call("split", &[word("a"), word(",")]).unwrap().0, "a".into());
        assert!(call("split", &[word("a"), word("--")]).is_err());
    }
}
