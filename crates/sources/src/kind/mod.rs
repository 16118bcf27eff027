//! Kinds of raw logs: how to recognise one, and the view that makes documents of it.
//!
//! A kind is two text files in `kinds/`: `NAME.toml` says what the reader must know, `NAME.esql` is the view. To add one,
//! add the files and list them in [`FILES`]. Users add theirs as [`LogView`]s.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use quarry_plan::catalog::View;
use quarry_types::DataType;
use serde::Deserialize;

use crate::SourceError;
use crate::extract::Empty;
use crate::mapping::field_type;

/// Definition and view of each kind.
const FILES: &[(&str, &str)] =
    &[(include_str!("kinds/aws.cloudtrail.toml"), include_str!("kinds/aws.cloudtrail.esql"))];

/// A kind of raw logs.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its name.
    pub(crate) name: String,
    /// The index that its documents are in.
    pub(crate) index: String,
    /// Lists of top-level keys: a record that has all of one list is of this kind.
    pub(crate) recognise: Vec<Vec<String>>,
    /// Keys of a wrapper whose array holds the records.
    records: Vec<String>,
    /// Values that stand for nothing.
    pub(crate) empty: Empty,
    /// Types of raw fields.
    pub(crate) raw: BTreeMap<String, DataType>,
    /// Types of fields of the documents.
    pub(crate) fields: BTreeMap<String, DataType>,
    /// The view.
    pub(crate) view: View,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    name: String,
    index: String,
    recognise: Vec<Vec<String>>,
    #[serde(default)]
    records: Vec<String>,
    #[serde(default)]
    empty: Vec<String>,
    #[serde(default)]
    raw: BTreeMap<String, String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// A kind of raw logs that the user describes: how a record is recognised, and the view that makes a document of it.
#[derive(Clone, Debug)]
pub struct LogView(Arc<Kind>);

impl LogView {
    /// Reads a definition, in the form of those in `kinds/`, and the ES|QL text that goes with it.
    ///
    /// # Errors
    /// The definition is malformed, names an unknown type, or would recognise anything.
    pub fn parse(definition: &str, view: &str) -> Result<Self, SourceError> {
        let kind = read(definition, view).map_err(|error| {
            let line =
                error.span().map(|span| definition[..span.start.min(definition.len())].matches('\n').count() + 1);
            let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            SourceError::View(format!("{line}{}", error.message()))
        })?;
        let wrong = |message: String| Err(SourceError::View(message));
        if kind.recognise.is_empty() || kind.recognise.iter().any(Vec::is_empty) {
            return wrong("recognise: name keys that every such record has, as [[\"key\", \"key\"]]".to_owned());
        }
        if !kind.records.is_empty() {
            return wrong("records: wrappers other than those of the known kinds can't be read".to_owned());
        }
        if let Some((name, _)) = kind.raw.iter().chain(&kind.fields).find(|(_, t)| **t == DataType::Unsupported) {
            return wrong(format!("the type of [{name}] is none of a mapping's"));
        }
        if kind.index.is_empty() || kind.index.contains(['*', ',', ' ', '"']) {
            return wrong(format!("index: [{}] is not the name of an index", kind.index));
        }
        Ok(Self(Arc::new(kind)))
    }

    /// The kind's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

fn read(definition: &str, view: &str) -> Result<Kind, toml::de::Error> {
    let definition: Definition = toml::from_str(definition)?;
    let types = |names: BTreeMap<String, String>| {
        names.into_iter().map(|(name, type_name)| (name, field_type(&type_name))).collect()
    };
    Ok(Kind {
        view: View { name: definition.name.clone(), text: Arc::from(view) },
        name: definition.name,
        index: definition.index,
        recognise: definition.recognise,
        records: definition.records,
        empty: Empty { strings: definition.empty },
        raw: types(definition.raw),
        fields: types(definition.fields),
    })
}

/// The kinds that are known without being told.
fn built_in() -> &'static [Arc<Kind>] {
    static KINDS: OnceLock<Vec<Arc<Kind>>> = OnceLock::new();
    // A definition that can't be read is left out; a test sees to it that there is none.
    KINDS.get_or_init(|| {
        FILES.iter().filter_map(|(definition, view)| read(definition, view).ok().map(Arc::new)).collect()
    })
}

/// All kinds, those of the user first: one of theirs takes the place of a known one of the same name.
pub(crate) fn kinds(views: &[LogView]) -> impl Iterator<Item = &Arc<Kind>> {
    let replaced = |kind: &&Arc<Kind>| views.iter().all(|view| view.0.name != kind.name);
    views.iter().map(|view| &view.0).chain(built_in().iter().filter(replaced))
}

/// The keys of wrappers of any kind.
pub(crate) fn record_keys() -> &'static [&'static [u8]] {
    static KEYS: OnceLock<Vec<&'static [u8]>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut keys: Vec<&[u8]> = built_in().iter().flat_map(|kind| &kind.records).map(String::as_bytes).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_read() {
        for (definition, view) in FILES {
            let kind = read(definition, view).unwrap();
            let types = kind.raw.values().chain(kind.fields.values());
            assert!(types.clone().all(|t| *t != DataType::Unsupported), "{}", kind.name);
        }
        assert_eq!(built_in().len(), FILES.len());
    }

    /// Names in a view that are neither assigned there nor functions.
    fn raw_names(view: &str) -> Vec<String> {
        let mut names = Vec::new();
        let mut assigned = vec!["raw".to_owned()];
        let code: String =
            view.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let mut strings = false;
        let plain: String = code
            .chars()
            .map(|c| {
                if c == '"' {
                    strings = !strings;
                    return ' ';
                }
                if strings { ' ' } else { c }
            })
            .collect();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "@_.".contains(c);
        let mut rest = plain.as_str();
        while let Some(start) = rest.find(is_name) {
            let word_end = rest[start..].find(|c| !is_name(c)).map_or(rest.len(), |n| start + n);
            let word = &rest[start..word_end];
            let after = rest[word_end..].trim_start();
            let is_assignment = after.starts_with('=') && !after.starts_with("==");
            if is_assignment {
                assigned.push(word.to_owned());
            } else if !after.starts_with('(')
                && !word.chars().next().is_some_and(|c| c.is_ascii_digit())
                && word.chars().any(|c| c.is_ascii_lowercase())
                && !matches!(word, "true" | "false" | "null")
                && !assigned.contains(&word.to_owned())
            {
                names.push(word.to_owned());
            }
            rest = &rest[word_end..];
        }
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn every_raw_name_in_a_view_has_a_type() {
        for kind in built_in() {
            let unknown: Vec<_> = raw_names(&kind.view.text)
                .into_iter()
                .filter(|name| !kind.raw.contains_key(name) && !kind.fields.contains_key(name))
                .collect();
            assert!(unknown.is_empty(), "{}: {unknown:?}", kind.name);
        }
    }

    #[test]
    fn every_document_field_is_kept_by_the_view() {
        for kind in built_in() {
            let keep = kind.view.text.rsplit_once("| KEEP").unwrap().1;
            let kept: Vec<&str> = keep.split(',').map(str::trim).collect();
            for name in kind.fields.keys() {
                assert!(kept.contains(&name.as_str()), "{} misses {name}", kind.name);
            }
            for name in kept {
                assert!(kind.fields.contains_key(name), "{} has no type for {name}", kind.name);
            }
        }
    }

    #[test]
    fn a_view_that_would_recognise_anything_is_refused() {
        let refused = |definition: &str| LogView::parse(definition, "FROM raw").unwrap_err().to_string();
        assert!(refused("name = \"x\"\nindex = \"x\"\nrecognise = []").contains("recognise"));
        assert!(refused("name = \"x\"\nindex = \"x*\"\nrecognise = [[\"a\"]]").contains("index"));
        assert!(refused("name = \"x\"\nindex = \"x\"\nrecognise = [[\"a\"]]\n[raw]\na = \"int\"").contains("[a]"));
        assert!(refused("name = \"x\"\nindx = \"x\"\nrecognise = [[\"a\"]]").contains("line 2: unknown field `indx`"));
    }
}
