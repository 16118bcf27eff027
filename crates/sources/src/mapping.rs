//! Field types as Elasticsearch's get-mapping API gives them.

use std::collections::BTreeMap;

use quarry_types::DataType;
use serde_json::{Map, Value};

use crate::SourceError;
use crate::precision::Precision;

/// The field types of an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    fields: BTreeMap<String, MappedField>,
    nested: Vec<String>,
}

/// One field of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MappedField {
    /// Its type.
    pub(crate) data_type: DataType,
    /// What is left of its numbers.
    pub(crate) precision: Precision,
    /// The path that its values are under, where that isn't its name: that of the field it is a sub-field or an alias of.
    pub(crate) path: Option<String>,
}

/// The type of a field of this mapping type. Ranges of integers and addresses can't be read; enrich policies read their
/// JSON text.
pub(crate) fn field_type(name: &str) -> DataType {
    DataType::from_mapping_type(name).unwrap_or(DataType::Unsupported)
}

/// Objects in a mapping are not nested deeper than this; Elasticsearch allows 20.
const MAX_DEPTH: usize = 100;

impl Mapping {
    /// Reads `{"mappings":{"properties":..}}`, the same under the name of an index or of several, or
    /// `{"properties":..}`.
    ///
    /// # Errors
    /// It is no JSON, or nothing in it looks like a mapping.
    pub fn parse(json: &str) -> Result<Self, SourceError> {
        let value: Value = serde_json::from_str(json).map_err(|error| SourceError::Mapping(error.to_string()))?;
        let mut mapping = Self::default();
        if !mapping.read_root(&value, 0) {
            return Err(SourceError::Mapping("no [properties] found".to_owned()));
        }
        mapping.resolve_aliases();
        Ok(mapping)
    }

    fn read_root(&mut self, value: &Value, depth: usize) -> bool {
        let Some(object) = value.as_object() else { return false };
        if let Some(properties) = object.get("properties").and_then(Value::as_object) {
            self.read_properties(properties, "", 0);
            return true;
        }
        if let Some(mappings) = object.get("mappings") {
            return self.read_root(mappings, depth + 1)
                || mappings.as_object().is_some_and(|m| !m.values().any(Value::is_object));
        }
        // Names of indices, or in old versions of document types.
        let found = object.values().filter(|inner| depth < 3 && self.read_root(inner, depth + 1)).count();
        found > 0
    }

    fn read_properties(&mut self, properties: &Map<String, Value>, prefix: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (key, definition) in properties {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            let text = |key: &str| definition.get(key).and_then(Value::as_str);
            match text("type") {
                Some("nested") => self.nested.push(name),
                None | Some("object") => {
                    if let Some(inner) = definition.get("properties").and_then(Value::as_object) {
                        self.read_properties(inner, &name, depth + 1);
                    }
                }
                Some("alias") => {
                    let path = text("path").map(str::to_owned);
                    self.fields
                        .insert(name, MappedField { data_type: DataType::Null, precision: Precision::default(), path });
                }
                Some(type_name) => {
                    if let Some(fields) = definition.get("fields").and_then(Value::as_object) {
                        for (sub, inner) in fields {
                            let sub_type = inner.get("type").and_then(Value::as_str).unwrap_or("keyword");
                            let precision = Precision::of(inner);
                            let field =
                                MappedField { data_type: field_type(sub_type), precision, path: Some(name.clone()) };
                            self.fields.insert(format!("{name}.{sub}"), field);
                        }
                    }
                    let precision = Precision::of(definition);
                    self.fields.insert(name, MappedField { data_type: field_type(type_name), precision, path: None });
                }
            }
        }
    }

    /// An alias has the type of the field it stands for.
    fn resolve_aliases(&mut self) {
        let aliases: Vec<(String, Option<String>)> = self
            .fields
            .iter()
            .filter(|(_, field)| field.data_type == DataType::Null)
            .map(|(name, field)| (name.clone(), field.path.clone()))
            .collect();
        for (name, path) in aliases {
            match path.and_then(|path| self.fields.get(&path).map(|target| (path, target.clone()))) {
                Some((path, target)) if target.data_type != DataType::Null => {
                    let path = target.path.clone().unwrap_or(path);
                    self.fields.insert(name, MappedField { path: Some(path), ..target });
                }
                _ => {
                    self.fields.remove(&name);
                }
            }
        }
    }

    /// The field called `name`.
    pub(crate) fn field(&self, name: &str) -> Option<&MappedField> {
        self.fields.get(name)
    }

    /// All fields by name.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &MappedField)> {
        self.fields.iter().map(|(name, field)| (name.as_str(), field))
    }

    /// Whether a name lies inside objects that are indexed apart; ES|QL doesn't see them.
    pub(crate) fn is_nested(&self, name: &str) -> bool {
        self.nested.iter().any(|nested| name.strip_prefix(nested.as_str()).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Adds the fields of another mapping; those already there stay.
    pub(crate) fn merge(&mut self, other: &Mapping) {
        for (name, field) in &other.fields {
            self.fields.entry(name.clone()).or_insert_with(|| field.clone());
        }
        self.nested.extend(other.nested.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_come_in_several_wrappings() {
        let body = r#"{"properties":{"a":{"type":"long","fields":{"short":{"type":"short"}}},
            "o":{"properties":{"b":{"type":"match_only_text"}}},"n":{"type":"nested","properties":{"x":{"type":"ip"}}},
            "al":{"type":"alias","path":"a"},"lost":{"type":"alias","path":"nowhere"},"bin":{"type":"binary"}}}"#;
        let plain = Mapping::parse(body).unwrap();
        assert_eq!(Mapping::parse(&format!(r#"{{"mappings":{body}}}"#)).unwrap(), plain);
        assert_eq!(Mapping::parse(&format!(r#"{{"logs-x":{{"mappings":{body}}}}}"#)).unwrap(), plain);
        let types: Vec<_> = plain.fields().map(|(name, field)| (name, field.data_type)).collect();
        assert_eq!(
            types,
            [
                ("a", DataType::Long),
                ("a.short", DataType::Integer),
                ("al", DataType::Long),
                ("bin", DataType::Unsupported),
                ("o.b", DataType::Text)
            ]
        );
        assert_eq!(plain.field("al").unwrap().path.as_deref(), Some("a"));
        assert!(plain.is_nested("n.x") && !plain.is_nested("name"));
        assert!(Mapping::parse("{}").is_err() && Mapping::parse("[1]").is_err() && Mapping::parse("{").is_err());
    }
}
