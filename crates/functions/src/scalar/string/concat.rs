use quarry_types::{Cells, Column, DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::build_rows;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `CONCAT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "concat",
    aliases: &[],
    category: Category::String,
    summary: "Joins two strings or more.",
    details: "Null as soon as one of them is null.",
    parameters: &[
        Parameter { name: "string1", description: "The first string." },
        Parameter { name: "string2", description: "The strings that follow." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Keyword)).variadic()],
    examples: &[Example { query: r#"ROW x = CONCAT("a", "b", "c")"#, result: "abc" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let cells: Option<Vec<Cells<'_, Strings>>> = columns.iter().map(Column::cells).collect();
            let Some(cells) = cells else { return Column::nulls(DataType::Keyword, context.rows) };
            let mut text = String::new();
            build_rows(context, DataType::Keyword, columns, |row, out| {
                text.clear();
                for part in &cells {
                    let range = part.range(row);
                    match range.len() {
                        0 => return Ok(()),
                        1 => text.push_str(part.element(range.start)),
                        _ => return Err(Failure::multi_value()),
                    }
                }
                out.push_str(&text);
                Ok(())
            })
        }))
    }),
};
