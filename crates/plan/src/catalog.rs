//! Where the names in FROM, LOOKUP JOIN and ENRICH come from.

use std::fmt::Debug;
use std::sync::Arc;

use crate::scan::Table;

/// Resolves names to tables. Implemented by the crate that knows files.
pub trait Catalog: Debug + Send + Sync {
    /// The tables that match an index pattern: names, wildcards, lists and exclusions separated by commas, or, where
    /// `quoted`, possibly a path or glob.
    ///
    /// # Errors
    /// Nothing matches, or a path can't be read.
    fn resolve(&self, pattern: &str, quoted: bool) -> Result<Relation, CatalogError>;

    /// The enrich policy called `name`.
    fn policy(&self, name: &str) -> Option<EnrichPolicy>;

    /// The names of all indices and policies, for suggestions.
    fn names(&self) -> Vec<String>;
}

/// What an index pattern stands for: the rows of all members, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Relation {
    /// The members, in the order in which their rows come.
    pub members: Vec<Member>,
}

/// One index, or several of one shape.
#[derive(Clone, Debug)]
pub struct Member {
    /// The index's name in messages.
    pub index: String,
    /// Its rows.
    pub table: Arc<dyn Table>,
    /// How its raw records become documents.
    pub view: Option<View>,
}

/// A query that makes documents of raw records: a pipeline without its FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name in messages.
    pub name: String,
    /// `FROM raw | ...`; the source command only stands for the raw records.
    pub text: Arc<str>,
}

/// An enrich policy.
#[derive(Clone, Debug)]
pub struct EnrichPolicy {
    /// How the match field is compared.
    pub kind: PolicyKind,
    /// The index to look into.
    pub index: String,
    /// The field that is compared.
    pub match_field: String,
    /// The fields that are added.
    pub fields: Vec<String>,
}

/// How an enrich policy compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// By equality.
    Match,
    /// By containment in a range or CIDR block.
    Range,
    /// By containment in a shape.
    GeoMatch,
}

/// Why a name can't be resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// No index matches.
    #[error("Unknown index [{0}]")]
    UnknownIndex(String),
    /// A path can't be read.
    #[error("{0}")]
    Unreadable(String),
}
