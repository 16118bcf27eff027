//! The catalog of the indices that the inputs hold.

mod group;
mod head;
mod probe;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use quarry_plan::catalog::{Catalog, CatalogError, EnrichPolicy, Member, Relation};
use quarry_plan::scan::{Account, Report};

use crate::decompress::Compression;
use crate::discover::{Discovery, discover, is_glob};
use crate::frame::Layout;
use crate::kind::{Kind, LogView};
use crate::pattern::Pattern;
use crate::table::{self, RecordTable, SourceTable};
use crate::{Input, Options, SourceError};

pub(crate) use group::{Group, group};
pub(crate) use head::{Head, read_head};
pub(crate) use probe::INDEX_PATHS;

/// What an input holds, as found from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One or more JSON values on each line.
    JsonLines,
    /// JSON values over several lines, or inside one another.
    Json,
    /// Comma-separated values under a header.
    Csv,
    /// A Parquet file.
    Parquet,
    /// Nothing that can be read as events; passed over.
    Other,
}

/// One file or stream of the inputs.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its place in the order of inputs.
    pub(crate) order: usize,
    pub(crate) found: crate::discover::Found,
    /// Bytes on disk; 0 for a stream.
    pub(crate) bytes: u64,
    pub(crate) compression: Compression,
    pub(crate) format: Format,
    pub(crate) layout: Layout,
    pub(crate) kind: Option<Arc<Kind>>,
    pub(crate) index: Index,
    /// Whether any record was seen.
    pub(crate) sampled: bool,
    /// What a Parquet file says of itself.
    #[cfg(feature = "parquet")]
    pub(crate) parquet: Option<Arc<crate::parquet::Footer>>,
}

/// Which index the documents of a source are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// All in this one.
    Fixed(String),
    /// Each says so itself; those that don't are in `default`.
    PerDocument {
        /// The index of documents that name none.
        default: String,
        /// The names seen at the beginning.
        seen: Vec<String>,
    },
}

/// One input in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputInfo {
    /// The path, or `-`.
    pub path: String,
    /// Bytes on disk; 0 for a stream.
    pub bytes: u64,
    /// How it is compressed.
    pub compression: Compression,
    /// What it holds.
    pub format: Format,
    /// The kind of raw logs that it was recognised as.
    pub kind: Option<String>,
    /// Strings that stand for nothing in logs of its kind.
    pub empty: Vec<String>,
    /// The index of its documents; where they name several, those seen at its beginning.
    pub indices: Vec<String>,
}

/// Where a record lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    /// The file's path, or `-`.
    pub path: String,
    /// The bytes before it, after decompression.
    pub offset: u64,
    /// Whether the file isn't compressed.
    pub is_plain: bool,
}

/// The indices of some inputs; by default of none.
#[derive(Debug, Default)]
pub struct FileCatalog {
    options: Arc<Options>,
    sources: Vec<Arc<Source>>,
    groups: Vec<Arc<Group>>,
    /// What paths in FROM were resolved to.
    by_path: Mutex<HashMap<String, Vec<Arc<Group>>>>,
}

impl FileCatalog {
    /// Finds and looks into all inputs. What can't be read is reported to `account`, and the rest goes on.
    ///
    /// # Errors
    /// A pattern of paths is malformed, or there are inputs and none of them could be opened.
    pub fn open(inputs: &[Input], options: Options, account: &Account) -> Result<Self, SourceError> {
        let options = Arc::new(options);
        let discovery = discover(inputs)?;
        let first = discovery.unreadable.first().map(|(name, reason)| format!("{name}: {reason}"));
        let sources = read_all(discovery, &options, account);
        if sources.is_empty() && !inputs.is_empty() {
            let reason = account.unreadable_reports().first().map(|r| format!("{}: {}", r.input, r.message));
            let reason = reason.or(first).unwrap_or_else(|| "no files found".to_owned());
            return Err(SourceError::NothingOpened(reason));
        }
        let groups = group(&sources, &options);
        Ok(Self { options, sources, groups, by_path: Mutex::default() })
    }

    /// The views that the user brought.
    pub(crate) fn views(&self) -> &[LogView] {
        &self.options.views
    }

    /// All inputs, in order.
    #[must_use]
    pub fn inputs(&self) -> Vec<InputInfo> {
        self.sources
            .iter()
            .map(|source| InputInfo {
                path: source.found.display.clone(),
                bytes: source.bytes,
                compression: source.compression,
                format: source.format,
                kind: source.kind.as_ref().map(|kind| kind.name.clone()),
                empty: source.kind.as_ref().map(|kind| kind.empty.strings.clone()).unwrap_or_default(),
                indices: match &source.index {
                    _ if source.format == Format::Other => Vec::new(),
                    Index::Fixed(name) => vec![name.clone()],
                    Index::PerDocument { seen, .. } => seen.clone(),
                },
            })
            .collect()
    }

    /// The documents of `records`, which are raw records that were found in `index`. `None` where its documents are
    /// the records themselves.
    #[must_use]
    pub fn records(&self, index: &str, records: &[&str]) -> Option<Member> {
        let by_path = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        let mut groups = self.groups.iter().chain(by_path.values().flatten());
        let group = groups.find(|group| group.kind.is_some() && group.indices.iter().any(|name| name == index))?;
        Some(Member {
            index: index.to_owned(),
            table: Arc::new(RecordTable::new(Arc::clone(group), records)),
            view: group.kind.as_ref().map(|kind| kind.view.clone()),
        })
    }

    /// Where the record lies whose `_id` was made from its place.
    #[must_use]
    pub fn locate(&self, id: &str) -> Option<RecordPlace> {
        let (file, offset) = id.split_once('-')?;
        let offset = offset.parse().ok()?;
        let mut found = self.sources.iter().filter(|source| table::id_prefix(source) == file);
        let source = found.next()?;
        // Two inputs with a file of the same name: which of them is not known.
        if found.next().is_some() || source.format == Format::Parquet {
            return None;
        }
        let is_plain = source.compression == Compression::None;
        Some(RecordPlace { path: source.found.display.clone(), offset, is_plain })
    }

    fn groups_of_path(&self, path: &str) -> Result<Vec<Arc<Group>>, CatalogError> {
        let mut known = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(groups) = known.get(path) {
            return Ok(groups.clone());
        }
        let account = Account::default();
        let unreadable = |reason: String| CatalogError::Unreadable(format!("[{path}] can't be read: {reason}"));
        let discovery = discover(&[Input::new(path)]).map_err(|error| unreadable(error.to_string()))?;
        let sources = read_all(discovery, &self.options, &account);
        if sources.iter().all(|source| source.format == Format::Other) {
            let reason = account.unreadable_reports().first().map(|r| r.message.clone());
            return Err(unreadable(reason.unwrap_or_else(|| "no events in it".to_owned())));
        }
        let groups = group::by_kind(&sources, &self.options, path);
        known.insert(path.to_owned(), groups.clone());
        Ok(groups)
    }

    fn member(&self, group: &Arc<Group>, filter: Option<&Pattern>) -> Member {
        Member {
            index: group.label.clone(),
            table: Arc::new(SourceTable::new(Arc::clone(group), filter.cloned())),
            view: group.kind.as_ref().map(|kind| kind.view.clone()),
        }
    }
}

/// Looks into what was found, and reports what can't be read.
fn read_all(discovery: Discovery, options: &Options, account: &Account) -> Vec<Arc<Source>> {
    for (input, message) in discovery.unreadable {
        account.unreadable(Report { order: 0, line: 0, input, message });
    }
    let mut sources = Vec::with_capacity(discovery.files.len());
    for (order, (display, probed)) in probe::probe_all(discovery.files, options).into_iter().enumerate() {
        match probed {
            Ok((source, damage)) => {
                sources.push(source);
                if let Some(error) = damage {
                    account.suspect(Report { order, line: 0, input: display, message: error.to_string() });
                }
            }
            Err(error) => {
                account.unreadable(Report { order, line: 0, input: display, message: error.to_string() });
            }
        }
    }
    probe::join_neighbours(&mut sources);
    sources.into_iter().map(Arc::new).collect()
}

impl Catalog for FileCatalog {
    fn resolve(&self, pattern: &str, quoted: bool) -> Result<Relation, CatalogError> {
        let parsed = Pattern::parse(pattern);
        let mut members = Vec::new();
        for group in &self.groups {
            match group.matched(&parsed) {
                group::Matched::All => members.push(self.member(group, None)),
                group::Matched::Some => members.push(self.member(group, Some(&parsed))),
                group::Matched::None => {}
            }
        }
        if members.is_empty() {
            if quoted && (Path::new(pattern).exists() || is_glob(pattern) && pattern.contains(['/', '.'])) {
                let groups = self.groups_of_path(pattern).map_err(|error| match error {
                    CatalogError::Unreadable(_) if is_glob(pattern) && !Path::new(pattern).exists() => {
                        CatalogError::UnknownIndex(pattern.to_owned())
                    }
                    other => other,
                })?;
                members = groups.iter().map(|group| self.member(group, None)).collect();
                return Ok(Relation { members });
            }
            // Documents that name their index may name one that the samples didn't show.
            for group in self.groups.iter().filter(|group| group.per_document) {
                if group.all_indices().iter().any(|name| parsed.matches(name)) {
                    members.push(self.member(group, Some(&parsed)));
                }
            }
        }
        if members.is_empty() {
            return Err(CatalogError::UnknownIndex(pattern.to_owned()));
        }
        for name in parsed.exact() {
            let one = Pattern::parse(name);
            let known = self.groups.iter().any(|group| !matches!(group.matched(&one), group::Matched::None));
            let hidden = || self.groups.iter().filter(|g| g.per_document).any(|g| g.all_indices().contains(name));
            if !known && !hidden() {
                return Err(CatalogError::UnknownIndex(name.to_owned()));
            }
        }
        Ok(Relation { members })
    }

    fn policy(&self, name: &str) -> Option<EnrichPolicy> {
        self.options.policies.iter().find(|(policy, _)| policy == name).map(|(_, policy)| policy.clone())
    }

    fn names(&self) -> Vec<String> {
        let indices = self.groups.iter().flat_map(|group| group.indices.iter().cloned());
        let mut names: Vec<String> =
            indices.chain(self.options.policies.iter().map(|(name, _)| name.clone())).collect();
        names.sort();
        names.dedup();
        names
    }
}
