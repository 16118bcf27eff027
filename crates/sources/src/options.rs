use std::collections::BTreeSet;

use quarry_plan::catalog::EnrichPolicy;

use crate::{LogView, Mapping};

/// One `-i [NAME=]PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The index that all of it belongs to, where one is given.
    pub name: Option<String>,
    /// A file, a folder, a pattern of paths, or `-` for standard input.
    pub path: String,
}

impl Input {
    /// An input whose indices are found from what is in it.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { name: None, path: path.into() }
    }

    /// An input that is the index `name`.
    #[must_use]
    pub fn named(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self { name: Some(name.into()), path: path.into() }
    }
}

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Mappings, each for the indices that a pattern names, or for all.
    pub mappings: Vec<(Option<String>, Mapping)>,
    /// Kinds of raw logs beside those that are known.
    pub views: Vec<LogView>,
    /// Enrich policies by name.
    pub policies: Vec<(String, EnrichPolicy)>,
    /// Indices that only their own names reach, and no wildcard: lists to look into, which hold no events.
    pub lists: BTreeSet<String>,
    /// A longer record is reported and passed over.
    pub max_record_bytes: usize,
    /// A record with more containers inside each other is reported and passed over.
    pub max_depth: usize,
    /// A plain file of one object a line is cut into parts of about this size.
    pub split_bytes: u64,
    /// How many records at the beginning of a file are looked at for their types.
    pub sample_records: usize,
    /// How many files of an index are looked at for their types.
    pub sample_files: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mappings: Vec::new(),
            views: Vec::new(),
            policies: Vec::new(),
            lists: BTreeSet::new(),
            max_record_bytes: 64 << 20,
            max_depth: 1000,
            split_bytes: 16 << 20,
            sample_records: 200,
            sample_files: 50,
        }
    }
}

impl Options {
    pub(crate) fn limits(&self) -> crate::frame::Limits {
        crate::frame::Limits {
            // Places in a record are 32-bit numbers.
            record_bytes: self.max_record_bytes.min(1 << 30),
            // The walk along wanted paths recurses in nested arrays.
            depth: self.max_depth.min(2000),
        }
    }
}
