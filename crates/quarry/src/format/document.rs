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
}

impl Document {
    /// With `dotted`, full names are keys.
    #[must_use]
    pub fn new(dotted: bool) -> Self {
        Self { dotted }
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
                match (info.data_type, value.to_json(info.data_type)) {
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
