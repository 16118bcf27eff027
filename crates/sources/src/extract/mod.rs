//! From the bytes of one record straight to columns.
//!
//! A record is walked once ([`walk`], and as a rule [`Tokens`], which is faster) along a trie of the wanted paths
//! ([`Paths`]); what is not wanted is only checked to be well-formed. The walk notes where the wanted values are ([`Found`]); once the whole record is known to be good,
//! they are converted ([`convert`]) and pushed to column builders. So a broken record leaves nothing behind.

mod convert;
mod envelope;
mod geo;
mod paths;
mod row;
mod tokens;
mod walk;

pub(crate) use convert::{Convert, Empty, Rule, is_number};
pub(crate) use envelope::{Envelope, envelope};
pub(crate) use paths::Paths;
pub(crate) use row::{Row, Text};
pub(crate) use tokens::Tokens;
pub(crate) use walk::{Finds, walk};

/// What a found value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string without escapes; the place is that of its text.
    Plain,
    /// A string with escapes; the place is that of its text.
    Escaped,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// An object, or for a column that wants JSON text any value.
    Json,
}

/// A value of a wanted path, by its place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it starts.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
}

#[cfg(test)]
mod tests;
