use std::io::{self, Write};

use quarry_types::{Batch, DataType};
use serde_json::{Map, Value};

use super::RowWriter;
use crate::ColumnInfo;

/// Rows as documents, one a line: nulls are left out, and names with dots are objects inside objects unless they are
/// to stay as they are. A column of whole documents (`_source`) gives its members.
#[derive(Debug)]
pub struct Document {
    dotted: bool,
    empty: Option<Vec<String>>,
}

impl Document {
    /// With `dotted`, full names are keys.
    #[must_use]
    pub fn new(dotted: bool) -> Self {
        Self { dotted, empty: None }
    }

    /// What stands for nothing is left out of objects that are one value (`flattened`): nulls, these strings, and objects
    /// and arrays in which nothing is left.
    #[must_use]
    pub fn without(self, strings: Vec<String>) -> Self {
        Self { empty: Some(strings), ..self }
    }
}

impl RowWriter for Document {
    fn begin(&mut self, _: &mut dyn Write, _: &[ColumnInfo]) -> io::Result<()> {
        Ok(())
    }

    fn rows(&mut self, out: &mut dyn Write, columns: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            let mut document = Map::new();
            for (column, info) in batch.columns().iter().zip(columns) {
                let value = column.value(row);
                if value.is_null() {
                    continue;
                }
                let json = value.to_json(info.data_type);
                let json = match &self.empty {
                    Some(empty) if info.data_type == DataType::Flattened => without(json, empty),
                    _ => Some(json),
                };
                let Some(json) = json else { continue };
                match (info.data_type, json) {
                    (DataType::Source, Value::Object(members)) if self.dotted => {
                        crate::documents::flatten("", members, &mut document);
                    }
                    (DataType::Source, Value::Object(members)) => {
                        members.into_iter().for_each(|(name, value)| insert(&mut document, &name, value));
                    }
                    (_, value) if self.dotted => {
                        document.insert(info.name.clone(), value);
                    }
                    (_, value) => insert(&mut document, &info.name, value),
                }
            }
            serde_json::to_writer(&mut *out, &document)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// What of `value` stands for something.
fn without(value: Value, empty: &[String]) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if empty.contains(&text) => None,
        Value::Array(values) => {
            let left: Vec<Value> = values.into_iter().filter_map(|value| without(value, empty)).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        Value::Object(members) => {
            let left: Map<String, Value> =
                members.into_iter().filter_map(|(name, value)| Some((name, without(value, empty)?))).collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
        other => Some(other),
    }
}

/// Puts `value` where its name says. Where an object can't be, since a value is there, the rest of the name stays one.
fn insert(into: &mut Map<String, Value>, name: &str, value: Value) {
    if let Some((first, rest)) = name.split_once('.').filter(|(first, rest)| !first.is_empty() && !rest.is_empty()) {
        let inner = into.entry(first).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(inner) = inner {
            return insert(inner, rest, value);
        }
    }
    match (into.get_mut(name), value) {
        (Some(Value::Object(there)), Value::Object(members)) => {
            members.into_iter().for_each(|(name, value)| insert(there, &name, value));
        }
        (Some(Value::Object(there)), value) => {
            there.insert(String::new(), value);
        }
        (_, value) => {
            into.insert(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_for_nothing_is_left_out_at_any_depth() {
        let empty = ["".to_owned(), "-".to_owned()];
        let value = json!({"a": "", "b": {"c": "-", "d": [null, {}]}, "e": [1, "-", "x"], "f": false});
        assert_eq!(without(value, &empty), Some(json!({"e": [1, "x"], "f": false})));
        assert_eq!(without(json!({"a": [[]]}), &empty), None);
    }

    #[test]
    fn no_value_is_lost_where_names_collide() {
        let mut document = Map::new();
        for (name, value) in
            [("a", json!(1)), ("a.b", json!(2)), ("c.d", json!(3)), ("c", json!({"e": 4})), ("f..", json!(5))]
        {
            insert(&mut document, name, value);
        }
        assert_eq!(Value::Object(document), json!({"a": 1, "a.b": 2, "c": {"d": 3, "e": 4}, "f": {".": 5}}));
    }
}
