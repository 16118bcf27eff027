//! Pattern languages over strings.

pub mod lucene;
pub mod wildcard;
