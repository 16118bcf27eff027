//! Filters in the manner of full-text search, and access to flattened fields.
//!
//! There is no index and no score: the analyser puts in place of a search function what it says, as an ordinary
//! condition on the fields.

mod decay;
mod field_extract;
mod kql;
mod r#match;
mod match_phrase;
mod multi_match;
mod qstr;
pub mod term;
mod words;

use crate::{BuildError, Evaluation, ScalarFunction};

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] =
    &[&decay::DEF, &field_extract::DEF, &kql::DEF, &r#match::DEF, &match_phrase::DEF, &multi_match::DEF, &qstr::DEF];

/// The evaluation of a function that never comes to it.
pub(crate) const fn rewritten() -> Evaluation {
    Evaluation::Kernel(|call| Err(BuildError(format!("[{}] can't be computed outside of a query", call.source))))
}

/// The number of words that a text is searched by.
#[must_use]
pub fn word_count(text: &str) -> usize {
    words::words(text).len()
}
