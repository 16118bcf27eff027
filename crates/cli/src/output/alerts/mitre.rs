//! What a rule says of MITRE ATT&CK.

use quarry_rules::Rule;
use serde_json::Value;

/// An entry of ATT&CK.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// `T1078`, `T1078.004` or `TA0001`.
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A tactic with a technique that serves it, or with none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mapping {
    pub(crate) tactic: Entry,
    pub(crate) technique: Option<Entry>,
    pub(crate) sub_technique: Option<Entry>,
}

/// Every tactic and technique in `threat`, as far as its framework is ATT&CK.
pub(crate) fn mappings(rule: &Rule) -> Vec<Mapping> {
    let mut found = Vec::new();
    for threat in list(rule.metadata.fields.get("threat")) {
        if threat.get("framework").and_then(Value::as_str).is_some_and(|name| name != "MITRE ATT&CK") {
            continue;
        }
        let Some(tactic) = threat.get("tactic").and_then(entry) else { continue };
        let before = found.len();
        for technique in list(threat.get("technique")) {
            let Some(own) = entry(technique) else { continue };
            let mapping =
                |sub_technique| Mapping { tactic: tactic.clone(), technique: Some(own.clone()), sub_technique };
            let subs: Vec<Mapping> =
                list(technique.get("subtechnique")).iter().filter_map(|sub| Some(mapping(Some(entry(sub)?)))).collect();
            if subs.is_empty() { found.push(mapping(None)) } else { found.extend(subs) }
        }
        if found.len() == before {
            found.push(Mapping { tactic, technique: None, sub_technique: None });
        }
    }
    found
}

impl Mapping {
    /// The most exact technique that is named.
    pub(crate) fn most_exact(&self) -> Option<&Entry> {
        self.sub_technique.as_ref().or(self.technique.as_ref())
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn entry(value: &Value) -> Option<Entry> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Entry { id: text("id")?, name: text("name").unwrap_or_default() })
}
