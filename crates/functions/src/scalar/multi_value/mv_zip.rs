use quarry_types::{Cells, Column, DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::build_rows;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `MV_ZIP`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_zip",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The strings of two lists joined in pairs.",
    details: "What the longer list has more stays as it is. Null where both lists are null, or the delimiter.",
    parameters: &[
        Parameter { name: "string1", description: "The first strings." },
        Parameter { name: "string2", description: "The second strings." },
        Parameter { name: "delim", description: "What to put between the two of a pair; a comma by default." },
    ],
    signatures: &[Signature::new(&[STRING, STRING, STRING], Returns::Always(DataType::Keyword)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = ["a", "b"], y = "1" | EVAL z = MV_ZIP(x, y, "-") | KEEP z"#,
        result: "[a-1, b]",
    }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let cells: Vec<Option<Cells<'_, Strings>>> = columns.iter().map(Column::cells).collect();
            let mut text = String::new();
            build_rows(context, DataType::Keyword, columns, |row, out| {
                let delimiter = match cells.get(2) {
                    None => ",",
                    Some(None) => return Ok(()),
                    Some(Some(delimiters)) => match delimiters.range(row).len() {
                        0 => return Ok(()),
                        1 => delimiters.element(delimiters.range(row).start),
                        _ => return Err(Failure::multi_value()),
                    },
                };
                let mut left = cells[0].iter().flat_map(|cells| cells.row(row));
                let mut right = cells[1].iter().flat_map(|cells| cells.row(row));
                loop {
                    match (left.next(), right.next()) {
                        (Some(a), Some(b)) => {
                            text.clear();
                            text.extend([a, delimiter, b]);
                            out.push_str(&text);
                        }
                        (Some(one), None) | (None, Some(one)) => out.push_str(one),
                        (None, None) => return Ok(()),
                    }
                }
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
    fn the_longer_tail_stays() {
        let zip = |a: Value, b: Value| call("mv_zip", &[(DataType::Keyword, a), (DataType::Keyword, b)]).unwrap().0;
        let list = Value::List(vec!["a".into(), "b".into()]);
        assert_eq!(zip(list.clone(), "1".into()), Value::List(vec!["a,1".into(), "b".into()]));
        assert_eq!(zip("x".into(), list.clone()), Value::List(vec!["x,a".into(), "b".into()]));
        assert_eq!(zip(Value::Null, list.clone()), list);
        assert_eq!(zip(Value::Null, Value::Null), Value::Null);
    }
}
