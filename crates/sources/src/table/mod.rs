//! The rows of a group of files.

#[cfg(feature = "parquet")]
mod columnar;
mod fields;
mod id;
mod look;
mod mention;
mod needs;
mod prefilter;
mod reader;
mod records;
mod screen;
mod sink;
mod split;
mod wanted;

use std::sync::Arc;

use quarry_plan::scan::{Extent, Field, ScanRequest, Split, Table};

use crate::Compression;
use crate::catalog::{Format, Group, Source};
use crate::discover::Origin;
use crate::extract::{Found, Kind, Text};
use crate::pattern::Pattern;

pub(crate) use look::{all_indices, inventory, sample};
pub(crate) use mention::mentions;
#[cfg(feature = "parquet")]
pub(crate) use reader::misfit_message;
pub(crate) use records::RecordTable;
pub(crate) use screen::Automaton;
pub(crate) use sink::ScanSink;

/// A group, or those of its documents that belong to a pattern.
#[derive(Debug)]
pub(crate) struct SourceTable {
    group: Arc<Group>,
    filter: Option<Pattern>,
}

impl SourceTable {
    pub(crate) fn new(group: Arc<Group>, filter: Option<Pattern>) -> Self {
        Self { group, filter }
    }
}

impl Table for SourceTable {
    fn fields(&self) -> Vec<Field> {
        fields::all(&self.group)
    }

    fn field(&self, name: &str) -> Option<Field> {
        fields::one(&self.group, name).map(|data_type| Field::new(name, data_type))
    }

    fn document_field(&self, name: &str) -> Option<Field> {
        fields::of_document(&self.group, name).map(|data_type| Field::new(name, data_type))
    }

    fn sampled(&self, name: &str) -> bool {
        fields::sampled(&self.group, name)
    }

    fn knows_any(&self, matches: &dyn Fn(&str) -> bool) -> bool {
        fields::known(&self.group).any(matches)
    }

    fn describe(&self) -> String {
        let files = self.group.sources.len();
        let bytes: u64 = self.group.sources.iter().map(|source| source.bytes).sum();
        let kind = self.group.kind.as_ref().map(|kind| format!(" as raw {}", kind.name)).unwrap_or_default();
        let s = if files == 1 { "" } else { "s" };
        format!("{}{kind}: {files} file{s}, {bytes} bytes", self.group.label)
    }

    fn extent(&self) -> Option<Extent> {
        let sources = &self.group.sources;
        if sources.iter().any(|source| matches!(source.found.origin, Origin::Stream(_))) {
            return None;
        }
        Some(Extent {
            bytes: sources.iter().map(|source| source.bytes).sum(),
            exact: sources.iter().all(|s| s.compression == Compression::None && s.format != Format::Parquet),
            files: sources.len() as u64,
        })
    }

    fn reads_first_of(&self) -> bool {
        self.group.sources.iter().all(|source| source.format != Format::Parquet)
    }

    fn splits(&self, _request: &ScanRequest) -> Vec<Arc<dyn Split>> {
        split::splits(&self.group, self.filter.as_ref())
    }
}

/// What the ids of a file's records begin with, where they have none of their own.
pub(crate) fn id_prefix(source: &Source) -> String {
    format!("{:016x}", id::hash(source.found.relative.as_bytes()))
}

/// The index that a document names itself: `columns` are what was found under [`crate::catalog::INDEX_PATHS`].
pub(crate) fn index_name(columns: &[Vec<Found>], document: &str, text: &mut Text) -> Option<String> {
    let mut read = |column: usize| {
        let found = columns.get(column)?.first()?;
        if !matches!(found.kind, Kind::Plain | Kind::Escaped) {
            return None;
        }
        text.of(*found, document).filter(|name| !name.is_empty()).map(str::to_owned)
    };
    if let Some(index) = read(0) {
        return Some(index);
    }
    let (stream_type, namespace) = (read(1), read(3));
    let dataset = read(2).or_else(|| read(4))?;
    let stream_type = stream_type.unwrap_or_else(|| "logs".to_owned());
    let namespace = namespace.unwrap_or_else(|| "default".to_owned());
    Some(format!("{stream_type}-{dataset}-{namespace}"))
}
