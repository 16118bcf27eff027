//! Fields that are known by name wherever they occur. One file for each schema; add a file and list it here.

use std::collections::HashMap;
use std::sync::OnceLock;

use quarry_types::DataType;

use crate::mapping::field_type;

/// The files, the first that knows a name wins. Each line is a name, a tab and an Elasticsearch type; `#` begins a comment.
/// A `*` at the end of a name stands for any further name: integrations add fields there as they come.
const FILES: &[&str] = &[
    include_str!("ecs.txt"),
    include_str!("auditd.txt"),
    include_str!("aws.txt"),
    include_str!("azure.txt"),
    include_str!("endpoint.txt"),
    include_str!("github.txt"),
    include_str!("google.txt"),
    include_str!("kibana.txt"),
    include_str!("kubernetes.txt"),
    include_str!("microsoft_365.txt"),
    include_str!("network.txt"),
    include_str!("okta.txt"),
    include_str!("windows.txt"),
];

/// Names that mean other things elsewhere.
const COMMON: &str = include_str!("common.txt");

#[derive(Default)]
struct Known {
    fields: HashMap<&'static str, DataType>,
    common: HashMap<&'static str, DataType>,
    /// What stands before the `*`, its dot included.
    open: HashMap<&'static str, DataType>,
}

fn entries(file: &'static str) -> impl Iterator<Item = (&'static str, DataType)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(name, type_name)| (name, field_type(type_name)))
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Known { common: entries(COMMON).collect(), ..Known::default() };
        for (name, data_type) in FILES.iter().flat_map(|file| entries(file)) {
            match name.strip_suffix('*') {
                Some(prefix) => known.open.entry(prefix).or_insert(data_type),
                None => known.fields.entry(name).or_insert(data_type),
            };
        }
        known
    })
}

/// The type of a field that a dictionary knows.
pub(crate) fn lookup(name: &str) -> Option<DataType> {
    known().fields.get(name).copied()
}

/// The type of a field that documents may well have, where the data says nothing of it: its name is a common one, or
/// lies under a name that is open to any field. The longest such name counts.
pub(crate) fn presumed(name: &str) -> Option<DataType> {
    let known = known();
    let under = || name.rmatch_indices('.').find_map(|(dot, _)| known.open.get(&name[..=dot]).copied());
    known.common.get(name).copied().or_else(under)
}

/// The names of all fields that a dictionary knows, and for names that are open to any field what such a name begins
/// with.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    known().fields.keys().chain(known().open.keys()).copied()
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
        let known = known();
        let mut types = known.fields.values().chain(known.open.values()).chain(known.common.values());
        assert!(types.all(|t| *t != DataType::Unsupported));
    }

    #[test]
    fn open_names_take_any_field() {
        assert_eq!(lookup("okta.client.ip"), Some(DataType::Ip));
        assert_eq!(lookup("winlog.event_data.Anything"), None);
        assert_eq!(presumed("winlog.event_data.Anything"), Some(DataType::Keyword));
        assert_eq!(presumed("kubernetes.audit.annotations.authorization_k8s_io/decision"), Some(DataType::Keyword));
        assert_eq!(presumed("probability"), Some(DataType::Double));
        assert_eq!(presumed("winlog"), None);
        assert_eq!(presumed("winlogs.event_data"), None);
    }
}
