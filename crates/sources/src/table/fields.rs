use std::collections::BTreeMap;

use quarry_plan::scan::Field;
use quarry_types::DataType;

use crate::catalog::{Format, Group};
use crate::dictionary;

/// The type of a field that is known without looking at data.
fn declared(group: &Group, name: &str) -> Option<DataType> {
    if let Some(field) = group.mapping.field(name) {
        return Some(field.data_type);
    }
    if let Some(kind) = &group.kind
        && let Some(data_type) = kind.raw.get(name).or_else(|| kind.fields.get(name))
    {
        return Some(*data_type);
    }
    group.columns().iter().find(|column| column.name == name).map(|column| column.data_type)
}

/// The type of the field called `name`.
pub(super) fn one(group: &Group, name: &str) -> Option<DataType> {
    if group.mapping.is_nested(name) {
        return None;
    }
    let known = declared(group, name).or_else(|| dictionary::lookup(name));
    if group.kind.is_some() {
        // Only the view asks, and what it asks for are keywords where it doesn't say otherwise.
        return known.or(Some(DataType::Keyword));
    }
    known
        .or_else(|| group.sample().get(name))
        .or_else(|| sub_field(group, name))
        .or_else(|| if group.mentions(name) { group.inventory().get(name) } else { None })
        .or_else(|| dictionary::presumed(name))
}

/// `x.text` and `x.keyword` are the field `x` once more, where that is a string.
fn sub_field(group: &Group, name: &str) -> Option<DataType> {
    let parent = dictionary::parent(name)?;
    let parent_type =
        declared(group, parent).or_else(|| dictionary::lookup(parent)).or_else(|| group.sample().get(parent))?;
    let data_type = if name.ends_with(".text") { DataType::Text } else { DataType::Keyword };
    parent_type.is_string().then_some(data_type)
}

/// The type of a field that documents of the group's kind may have.
pub(super) fn of_document(group: &Group, name: &str) -> Option<DataType> {
    let kind = group.kind.as_ref()?;
    kind.fields.get(name).copied().or_else(|| dictionary::lookup(name)).or_else(|| dictionary::presumed(name))
}

/// Whether the field was seen at the beginning of some of the files, or is a column of a file that has columns.
pub(super) fn sampled(group: &Group, name: &str) -> bool {
    let seen = |path: &str| group.sample().get(path).is_some() || group.sample().is_parent(path);
    paths(group, name).into_iter().any(seen) || group.columns().iter().any(|column| column.name == name)
}

/// The names of the fields that documents of the group may have by what is known of them beforehand.
pub(super) fn known<'a>(group: &'a Group) -> impl Iterator<Item = &'a str> {
    let declared = group.kind.iter().flat_map(|kind| kind.fields.keys().map(String::as_str));
    declared.chain(dictionary::names().map(|name| -> &'a str { name }))
}

/// Whether objects under this name are known to hold fields: then none of theirs is lost where scalars are wanted.
pub(super) fn is_parent(group: &Group, name: &str) -> bool {
    group.kind.is_none() && group.sample().is_parent(name)
}

/// The fields that FROM shows. Of raw records those that are declared: a view picks from them, and asks for others.
pub(super) fn all(group: &Group) -> Vec<Field> {
    let mut fields: BTreeMap<&str, DataType> = BTreeMap::new();
    for (name, field) in group.mapping.fields() {
        fields.insert(name, field.data_type);
    }
    if let Some(kind) = &group.kind {
        for (name, data_type) in &kind.raw {
            fields.entry(name).or_insert(*data_type);
        }
    }
    for column in group.columns() {
        fields.entry(&column.name).or_insert(column.data_type);
    }
    if group.kind.is_none()
        && group.sources.iter().any(|source| matches!(source.format, Format::Json | Format::JsonLines))
    {
        for name in group.sample().names() {
            if group.mapping.is_nested(name) || fields.contains_key(name) || in_object(&fields, name) {
                continue;
            }
            // An object that a field is known to be is that field.
            if let Some((object, data_type)) = known_object(name) {
                fields.insert(object, data_type);
                continue;
            }
            if let Some(data_type) = dictionary::lookup(name).or_else(|| group.sample().get(name)) {
                fields.insert(name, data_type);
            }
        }
    }
    fields.into_iter().map(|(name, data_type)| Field::new(name, data_type)).collect()
}

/// Whether values of the type are objects in documents.
fn is_object(data_type: DataType) -> bool {
    data_type.is_spatial()
        || matches!(data_type, DataType::Flattened | DataType::DateRange | DataType::DoubleRange | DataType::Source)
}

/// Whether a name lies inside a field whose values are objects.
fn in_object(fields: &BTreeMap<&str, DataType>, name: &str) -> bool {
    name.match_indices('.').any(|(at, _)| fields.get(&name[..at]).copied().is_some_and(is_object))
}

/// The field of the dictionary whose values are objects and that a name lies in.
fn known_object(name: &str) -> Option<(&str, DataType)> {
    name.match_indices('.').find_map(|(at, _)| {
        let data_type = dictionary::lookup(&name[..at]).filter(|data_type| is_object(*data_type))?;
        Some((&name[..at], data_type))
    })
}

/// The paths under which the values of a field lie.
pub(super) fn paths<'a>(group: &'a Group, name: &'a str) -> Vec<&'a str> {
    if let Some(field) = group.mapping.field(name) {
        return vec![field.path.as_deref().unwrap_or(name)];
    }
    let mut paths = vec![name];
    // A document may have a field of this name all the same; no document has both.
    if let Some(parent) = dictionary::parent(name)
        && one(group, parent).is_some_and(DataType::is_string)
        && !group.kind.as_ref().is_some_and(|kind| kind.raw.contains_key(name))
    {
        paths.push(parent);
    }
    paths
}
