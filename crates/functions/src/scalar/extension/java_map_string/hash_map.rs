//! The order of keys in `java.util.HashMap`, and the text of maps and lists.

use quarry_types::number::format_double;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The text of the JSON `text` without the outermost key `omit`; `None` where it isn't JSON or nothing is left of it.
/// A key that is left out still counts for the size of the table.
pub(super) fn print(text: &str, omit: Option<&str>) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut node = Node::deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    if let (Node::Map(entries, _), Some(omit)) = (&mut node, omit) {
        entries.retain(|(key, _)| key != omit);
    }
    if node.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    node.write(&mut out);
    Some(out)
}

/// A JSON value after the empty ones were taken out of it.
enum Node {
    Empty,
    Text(String),
    Other(String),
    List(Vec<Node>),
    /// Entries in record order, and the capacity that the table had grown to when it was parsed.
    Map(Vec<(String, Node)>, u32),
}

impl Node {
    fn is_empty(&self) -> bool {
        match self {
            Node::Empty => true,
            Node::Text(text) => matches!(text.as_str(), "" | "-" | "none"),
            Node::Other(_) => false,
            Node::List(items) => items.is_empty(),
            Node::Map(entries, _) => entries.is_empty(),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Node::Empty => out.push_str("null"),
            Node::Text(text) | Node::Other(text) => out.push_str(text),
            Node::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Node::Map(entries, capacity) => {
                let mut order: Vec<(u32, &(String, Node))> =
                    entries.iter().map(|entry| (bucket(&entry.0, *capacity), entry)).collect();
                order.sort_by_key(|(bucket, _)| *bucket);
                out.push('{');
                for (i, (_, (key, value))) in order.into_iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    out.push_str(key);
                    out.push('=');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// The bucket of a key in a table of `capacity` buckets: `String.hashCode`, its upper half mixed into the lower.
fn bucket(key: &str, capacity: u32) -> u32 {
    let hash = key.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    (hash ^ (hash >> 16)) & (capacity - 1)
}

/// The capacity of a table after `keys` insertions: doubled when three quarters are exceeded.
fn capacity(keys: u32) -> u32 {
    let mut capacity: u32 = 16;
    while u64::from(keys) * 4 > u64::from(capacity) * 3 {
        capacity *= 2;
    }
    capacity
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Other(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Other(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Other(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Other(format_double(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut kept = Vec::new();
        while let Some(item) = items.next_element::<Node>()? {
            if !item.is_empty() {
                kept.push(item);
            }
        }
        Ok(Node::List(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries: indexmap::IndexMap<String, Node> = indexmap::IndexMap::new();
        while let Some((key, value)) = map.next_entry::<String, Node>()? {
            entries.insert(key, value);
        }
        let capacity = capacity(entries.len() as u32);
        let kept = entries.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        Ok(Node::Map(kept, capacity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_bucket_keep_the_order_of_the_record() {
        let text = r#"{"user":{"createDate":"Mar 24","userName":"Bob","arn":"a","path":"/","userId":"U"}}"#;
        assert_eq!(print(text, None).unwrap(), "{user={path=/, userName=Bob, arn=a, userId=U, createDate=Mar 24}}");
        let kms = "x-amz-server-side-encryption-aws-kms-key-id";
        assert_eq!(bucket("Host", 16), bucket(kms, 16));
        assert_eq!(print(&format!(r#"{{"Host":"h","{kms}":"k"}}"#), None).unwrap(), format!("{{Host=h, {kms}=k}}"));
        assert_eq!(print(&format!(r#"{{"{kms}":"k","Host":"h"}}"#), None).unwrap(), format!("{{{kms}=k, Host=h}}"));
    }

    #[test]
    fn empty_values_are_dropped_and_still_count_for_the_table() {
        assert_eq!(print(r#"{"a":null,"b":"","c":"-","d":"none","e":{},"f":[],"g":[""],"h":{"i":null}}"#, None), None);
        assert_eq!(print(r#"{"a":0,"b":false,"c":[1,null,"x"]}"#, None).unwrap(), "{a=0, b=false, c=[1, x]}");
        assert_eq!(print(r#"{"a":1,"b":2}"#, Some("a")).unwrap(), "{b=2}");
        assert_eq!(capacity(12), 16);
        assert_eq!(capacity(13), 32);
        assert_eq!(capacity(25), 64);
    }

    #[test]
    fn numbers_print_as_java_prints_them() {
        assert_eq!(print(r#"{"a":1e7,"b":0.5,"c":123456789012}"#, None).unwrap(), "{a=1.0E7, b=0.5, c=123456789012}");
        assert_eq!(print("\"text\"", None).unwrap(), "text");
        assert_eq!(print("{", None), None);
    }
}
