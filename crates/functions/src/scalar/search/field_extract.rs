use quarry_types::{Column, ColumnBuilder, DataType, Strings};
use serde_json::Value as Json;

use crate::definition::accept::{FLATTENED, STRING};
use crate::lift::build_rows;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `FIELD_EXTRACT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "field_extract",
    aliases: &[],
    category: Category::Search,
    summary: "The values at a key of a flattened field.",
    details: "The key is the names on the way to the value, joined with dots; a name may hold dots itself. Lists become \
              lists, numbers and booleans their text. Null where there is nothing but an object, or nothing at all.",
    parameters: &[
        Parameter { name: "field", description: "The flattened field." },
        Parameter { name: "path", description: "The key." },
    ],
    signatures: &[Signature::new(&[FLATTENED, STRING], Returns::Always(DataType::Keyword))],
    // No command makes a flattened value out of nothing.
    examples: &[Example { query: r#"ROW x = FIELD_EXTRACT(null, "a.b")"#, result: "null" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let (Some(documents), Some(paths)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>()) else {
                return Column::nulls(DataType::Keyword, context.rows);
            };
            build_rows(context, DataType::Keyword, &columns[..2], |row, out| {
                if paths.range(row).len() > 1 {
                    return Err(Failure::multi_value());
                }
                let Some(path) = paths.single(row) else { return Ok(()) };
                for document in documents.row(row) {
                    let json =
                        serde_json::from_str(document).map_err(|_| Failure::illegal_argument("invalid JSON input"))?;
                    extract(&json, path, out);
                }
                Ok(())
            })
        }))
    }),
};

/// Pushes every value at `path`: of the whole name, or of each beginning of it that ends before a dot.
fn extract(json: &Json, path: &str, out: &mut ColumnBuilder) {
    match json {
        Json::Object(members) => {
            if let Some(value) = members.get(path) {
                push(value, out);
            }
            for (dot, _) in path.match_indices('.') {
                if let Some(value) = members.get(&path[..dot]) {
                    extract(value, &path[dot + 1..], out);
                }
            }
        }
        Json::Array(elements) => elements.iter().for_each(|element| extract(element, path, out)),
        _ => {}
    }
}

fn push(value: &Json, out: &mut ColumnBuilder) {
    match value {
        Json::String(text) => out.push_str(text),
        Json::Number(number) => out.push_str(&number.to_string()),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Array(elements) => elements.iter().for_each(|element| push(element, out)),
        Json::Null | Json::Object(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn keys_lead_to_values() {
        let document = r#"{"a": {"b": [1, "x", null], "c": {"d": true}}, "e.f": 2.5, "g": [{"h": 1}, {"h": 2}]}"#;
        for (path, expected) in [
            ("a.b", "[1, x]"),
            ("a.c.d", "true"),
            ("e.f", "2.5"),
            ("g.h", "[1, 2]"),
            ("a.c", "null"),
            ("a", "null"),
            ("x.y", "null"),
        ] {
            let arguments = [(DataType::Flattened, document.into()), (DataType::Keyword, path.into())];
            assert_eq!(call("field_extract", &arguments).unwrap().0.to_string(), expected, "{path}");
        }
        let null = [(DataType::Flattened, Value::Null), (DataType::Keyword, "a".into())];
        assert_eq!(call("field_extract", &null).unwrap().0, Value::Null);
    }
}
