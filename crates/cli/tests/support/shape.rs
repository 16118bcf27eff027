//! What a document of a format has to be: the fields that it must have, those that it may have, and their values.
#![allow(clippy::unwrap_used, dead_code)]

use serde_json::Value;

/// A kind of value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A text that isn't empty.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A text that is a reference to a place: without blanks and control characters.
    Uri,
    /// A text in the form of a UUID.
    Guid,
    Bool,
    /// A whole number between the two.
    Int(i64, i64),
    Num,
    /// A list with elements of a kind.
    List(&'static Kind),
    /// An object: name, whether the field must be there, and its kind. Other fields are free.
    Object(&'static [(&'static str, bool, Kind)]),
}

/// Fails where `value` isn't of the kind, with its place.
pub(crate) fn check(value: &Value, kind: &Kind) {
    at("", value, kind);
}

fn at(place: &str, value: &Value, kind: &Kind) {
    let fits = match kind {
        Kind::Text => value.as_str().is_some_and(|text| !text.is_empty()),
        Kind::OneOf(texts) => value.as_str().is_some_and(|text| texts.contains(&text)),
        Kind::Uri => value.as_str().is_some_and(|text| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"<>\"{}|^`".contains(c))
        }),
        Kind::Guid => value.as_str().is_some_and(is_guid),
        Kind::Bool => value.is_boolean(),
        Kind::Int(least, most) => value.as_i64().is_some_and(|number| number >= *least && number <= *most),
        Kind::Num => value.is_number(),
        Kind::List(inner) => {
            let list = value.as_array().unwrap_or_else(|| panic!("{place} is no list: {value}"));
            list.iter().enumerate().for_each(|(i, value)| at(&format!("{place}/{i}"), value, inner));
            true
        }
        Kind::Object(fields) => {
            let object = value.as_object().unwrap_or_else(|| panic!("{place} is no object: {value}"));
            for (name, must, kind) in *fields {
                match object.get(*name) {
                    Some(value) => at(&format!("{place}/{name}"), value, kind),
                    None => assert!(!must, "{place} has no {name}: {value}"),
                }
            }
            true
        }
    };
    assert!(fits, "{place} is not {kind:?}: {value}");
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// The elements of an XML text in the order of their beginnings, each with its attributes. Fails where the text isn't
/// well formed.
pub(crate) fn elements(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").expect("an XML declaration");
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        content(&rest[..start]);
        let end = rest[start..].find('>').expect("a tag that ends") + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "tags are nested");
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut pairs = Vec::new();
        while let Some((key, value)) = attributes.trim_start().split_once("=\"") {
            let (value, after) = value.split_once('"').expect("an attribute that ends");
            content(value);
            assert!(!value.contains('\n'), "a line break in an attribute is read as a blank");
            pairs.push((key.to_owned(), value.to_owned()));
            attributes = after;
        }
        assert!(attributes.trim().is_empty(), "{attributes}");
        found.push((name.to_owned(), pairs));
        if !closed {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    found
}

/// Fails where a text has a sign that XML can't hold, or an ampersand that begins no entity.
fn content(text: &str) {
    assert!(text.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()), "{text:?}");
    for after in text.split('&').skip(1) {
        let (entity, _) = after.split_once(';').expect("an entity that ends");
        assert!(["amp", "lt", "gt", "quot", "apos", "#10", "#9"].contains(&entity), "{entity}");
    }
}
