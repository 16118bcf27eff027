//! Pattern languages over strings.

pub mod java;
pub mod json_path;
pub mod lucene;
pub mod number;
pub mod wildcard;
