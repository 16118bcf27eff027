//! JSON as bytes: where values end, whether they are well-formed, and what their strings say.
//!
//! Nothing here builds a tree or recurses on the depth of the input.

mod number;
mod simd;
mod skip;
mod string;

pub(crate) use number::number_end;
pub(crate) use simd::{BLOCK, Marks, ObjectEnd, index, object_end, pass_over, text};
pub(crate) use skip::{is_deep_empty, skip_value, space};
pub(crate) use string::{string_end, unescape_into};

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fail {
    /// The bytes end inside the value.
    Incomplete,
    /// The bytes are no JSON, or JSON beyond a limit.
    Bad {
        /// Where, counted from the first byte given.
        at: usize,
        /// What is wrong.
        why: &'static str,
    },
}

impl Fail {
    pub(crate) fn bad(at: usize, why: &'static str) -> Self {
        Fail::Bad { at, why }
    }
}

/// The end of a `true`, `false` or `null` that starts at `at`.
pub(crate) fn literal_end(bytes: &[u8], at: usize, word: &'static [u8]) -> Result<usize, Fail> {
    let there = &bytes[at..bytes.len().min(at + word.len())];
    if there == word {
        Ok(at + word.len())
    } else if word.starts_with(there) {
        Err(Fail::Incomplete)
    } else {
        Err(Fail::bad(at, "a word that is none of true, false and null"))
    }
}
