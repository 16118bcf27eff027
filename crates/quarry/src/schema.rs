//! What columns a pipeline has, for tools that help to write it.

use quarry_plan::analyze::{Environment, analyze};

use crate::{ColumnInfo, Engine, Session};

/// The metadata fields that FROM can be asked for, with what each is.
pub const METADATA_FIELDS: &[(&str, &str)] = &[
    ("_id", "the document's identity"),
    ("_index", "the index that the document is in"),
    ("_version", "the document's version"),
    ("_source", "the document's JSON text"),
    ("_score", "how well a search fits; null here"),
    ("_ignored", "fields that indexing ignored; null here"),
    ("_size", "the document's size; null here"),
    ("_tier", "the data tier; null here"),
    ("_index_mode", "the index's mode; `standard` here"),
    ("_tsid", "the time series; null here"),
];

impl Session {
    /// The columns that the pipeline `text` ends with. What is wrong in it is passed over, so that a text that is still
    /// being written has columns too.
    #[must_use]
    pub fn columns(&self, engine: &Engine, text: &str) -> Vec<ColumnInfo> {
        let parsed = quarry_syntax::parse(text);
        let environment = Environment {
            catalog: engine.catalog(),
            settings: self.settings(false),
            parameters: &self.parameters,
            carry: &[],
            lenient: false,
            selection: &self.selection,
        };
        let analysis = analyze(&parsed.statement, text, &environment);
        let shown = analysis.plan.output.iter().filter(|a| !a.hidden && !a.name.starts_with('$'));
        shown.map(|a| ColumnInfo { name: a.name.to_string(), data_type: a.data_type }).collect()
    }
}
