use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use quarry_plan::scan::Prefilter;

use super::{Format, Index, Source};
use crate::extract::Rule;
use crate::infer::Inventory;
use crate::kind::Kind;
use crate::mapping::Mapping;
use crate::pattern::{Pattern, wildcard};
use crate::table::Automaton;
use crate::{Options, table};

/// Sources whose documents have one shape.
#[derive(Debug)]
pub(crate) struct Group {
    /// Its name in messages.
    pub(crate) label: String,
    /// The indices of its documents, as far as they are known.
    pub(crate) indices: Vec<String>,
    /// Whether documents say themselves which index they are in.
    pub(crate) per_document: bool,
    pub(crate) kind: Option<Arc<Kind>>,
    pub(crate) mapping: Mapping,
    pub(crate) sources: Vec<Arc<Source>>,
    pub(crate) options: Arc<Options>,
    sample: OnceLock<Inventory>,
    inventory: OnceLock<Inventory>,
    names: OnceLock<BTreeSet<String>>,
    mentioned: Mutex<HashMap<String, bool>>,
    /// The columns of files that have columns.
    columns: OnceLock<Vec<Rule>>,
    /// The automata that its scans look for literals with: all splits of a scan share one.
    automata: Mutex<Vec<Arc<Automaton>>>,
}

/// How much of a group a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matched {
    All,
    /// Documents have to be looked at one by one.
    Some,
    None,
}

impl Group {
    fn new(label: String, sources: Vec<Arc<Source>>, options: &Arc<Options>) -> Self {
        let mut indices: Vec<String> = sources
            .iter()
            .flat_map(|source| match &source.index {
                Index::Fixed(name) => vec![name.clone()],
                Index::PerDocument { seen, .. } => seen.clone(),
            })
            .collect();
        indices.sort();
        indices.dedup();
        let mut mapping = Mapping::default();
        for (name, other) in &options.mappings {
            if name.as_ref().is_none_or(|name| indices.iter().any(|index| wildcard(name, index))) {
                mapping.merge(other);
            }
        }
        Self {
            label,
            indices,
            per_document: sources.iter().any(|source| matches!(source.index, Index::PerDocument { .. })),
            kind: sources.first().and_then(|source| source.kind.clone()),
            mapping,
            sources,
            options: Arc::clone(options),
            sample: OnceLock::new(),
            inventory: OnceLock::new(),
            names: OnceLock::new(),
            mentioned: Mutex::default(),
            columns: OnceLock::new(),
            automata: Mutex::default(),
        }
    }

    /// Whether documents of it belong to a pattern.
    pub(crate) fn matched(&self, pattern: &Pattern) -> Matched {
        let reaches = |name: &&String| match self.options.lists.contains(*name) {
            true => pattern.exact().any(|exact| exact == name.as_str()) && pattern.matches(name),
            false => pattern.matches(name),
        };
        let matches = self.indices.iter().filter(reaches).count();
        match matches {
            0 => Matched::None,
            _ if !self.per_document || pattern.is_all() => Matched::All,
            _ => Matched::Some,
        }
    }

    /// The fields at the beginning of some of its files.
    pub(crate) fn sample(&self) -> &Inventory {
        self.sample.get_or_init(|| table::sample(self))
    }

    /// All fields of all its files.
    pub(crate) fn inventory(&self) -> &Inventory {
        self.inventory.get_or_init(|| table::inventory(self))
    }

    /// Whether a key that could be the end of `name` stands anywhere. Names that a query makes itself are asked for
    /// too, and to find out that no document has them must be fast.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        let mut mentioned = self.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        *mentioned.entry(name.to_owned()).or_insert_with(|| table::mentions(self, name))
    }

    /// All indices that its documents name.
    pub(crate) fn all_indices(&self) -> &BTreeSet<String> {
        self.names.get_or_init(|| table::all_indices(self))
    }

    /// The automaton for the literals of several readers; `None` where they are too many.
    pub(crate) fn automaton(&self, prefilters: &[Option<&Prefilter>]) -> Option<Arc<Automaton>> {
        const MOST: usize = 4;
        let mut automata = self.automata.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = automata.iter().find(|automaton| automaton.is_for(prefilters)) {
            return Some(Arc::clone(found));
        }
        let made = Arc::new(Automaton::new(prefilters)?);
        if automata.len() >= MOST {
            automata.remove(0);
        }
        automata.push(Arc::clone(&made));
        Some(made)
    }

    /// The columns of those of its files that have columns.
    pub(crate) fn columns(&self) -> &[Rule] {
        self.columns.get_or_init(|| {
            #[allow(unused_mut, reason = "without Parquet there are no others")]
            let mut columns = crate::csv::columns(self);
            #[cfg(feature = "parquet")]
            for column in crate::parquet::columns(self) {
                if columns.iter().all(|known| known.name != column.name) {
                    columns.push(column);
                }
            }
            columns
        })
    }
}

/// Puts the sources of one index together, in the order of their first.
pub(crate) fn group(sources: &[Arc<Source>], options: &Arc<Options>) -> Vec<Arc<Group>> {
    collect(
        sources,
        options,
        |source| {
            let names = match &source.index {
                Index::Fixed(name) => name.clone(),
                Index::PerDocument { seen, .. } => seen.join(","),
            };
            (names, source.kind.as_ref().map(|kind| kind.name.clone()), matches!(source.index, Index::Fixed(_)))
        },
        |source| match &source.index {
            Index::Fixed(name) => name.clone(),
            Index::PerDocument { seen, .. } => seen.join(","),
        },
    )
}

/// Puts the sources under one path together, as far as they are of one kind.
pub(super) fn by_kind(sources: &[Arc<Source>], options: &Arc<Options>, path: &str) -> Vec<Arc<Group>> {
    collect(
        sources,
        options,
        |source| {
            (
                String::new(),
                source.kind.as_ref().map(|kind| kind.name.clone()),
                matches!(source.format, Format::Csv | Format::Parquet),
            )
        },
        |_| path.to_owned(),
    )
}

fn collect<K: Ord>(
    sources: &[Arc<Source>],
    options: &Arc<Options>,
    key: impl Fn(&Source) -> K,
    label: impl Fn(&Source) -> String,
) -> Vec<Arc<Group>> {
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Arc<Source>>> = Vec::new();
    for source in sources.iter().filter(|source| source.format != Format::Other) {
        let place = *places.entry(key(source)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(Arc::clone(source));
    }
    groups
        .into_iter()
        .map(|sources| {
            let label = sources.first().map(|source| label(source)).unwrap_or_default();
            Arc::new(Group::new(label, sources, options))
        })
        .collect()
}
