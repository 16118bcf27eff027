//! Fields that are known by name wherever they occur. One file for each schema; add a file and list it here.

use std::collections::HashMap;
use std::sync::OnceLock;

use quarry_types::DataType;

use crate::mapping::field_type;

/// The files, the first that knows a name wins. Each line is a name, a tab and an Elasticsearch type; `#` begins a comment.
const FILES: &[&str] = &[include_str!("ecs.txt")];

fn known() -> &'static HashMap<&'static str, DataType> {
    static KNOWN: OnceLock<HashMap<&'static str, DataType>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = HashMap::new();
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
            if let Some((name, type_name)) = line.split_once('\t') {
                known.entry(name).or_insert_with(|| field_type(type_name));
            }
        }
        known
    })
}

/// The type of a field that a dictionary knows.
pub(crate) fn lookup(name: &str) -> Option<DataType> {
    known().get(name).copied()
}

/// The names of all fields that a dictionary knows.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    known().keys().copied()
}

/// The field that `name` is a sub-field of: its values are found there. Only for names that are sub-fields by custom.
pub(crate) fn parent(name: &str) -> Option<&str> {
    let (parent, sub) = name.rsplit_once('.')?;
    matches!(sub, "text" | "keyword" | "caseless").then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_its_types() {
        assert_eq!(lookup("@timestamp"), Some(DataType::Date));
        assert_eq!(lookup("source.ip"), Some(DataType::Ip));
        assert_eq!(lookup("process.pid"), Some(DataType::Long));
        assert_eq!(lookup("process.name.text"), Some(DataType::Text));
        assert_eq!(lookup("no.such.field"), None);
        assert!(known().values().all(|t| *t != DataType::Unsupported));
    }
}
