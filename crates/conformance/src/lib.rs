//! Runs specification tests through the facade.
//!
//! There are two kinds of tests:
//!
//! * csv-spec files with their data sets, which lie outside this repository: [`spec`] reads them, [`data`] opens the
//!   data sets as indices, [`run`] runs the queries, [`compare`] and [`warnings`] judge the results, [`report`] sums up,
//!   and [`known`] remembers which tests are known to fail and why.
//! * Our own specifications in `specs/`, which are documents with queries and results in them: [`document`] reads,
//!   runs and rewrites them.
//!
//! `cargo run -p quarry-conformance -- where.csv-spec` runs one file; `--help` tells the rest.

pub mod cell;
pub mod compare;
pub mod data;
pub mod document;
mod guard;
pub mod known;
mod needs;
pub mod report;
pub mod run;
pub mod spec;
pub mod warnings;

use std::path::{Path, PathBuf};

/// Why tests can't be run at all.
#[derive(Debug, thiserror::Error)]
pub enum HarnessError {
    /// A file or folder can't be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A file isn't what it should be.
    #[error("{path}:{line}: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The data can't be opened.
    #[error("{0}")]
    Engine(String),
}

pub(crate) fn read(path: &Path) -> Result<String, HarnessError> {
    std::fs::read_to_string(path).map_err(|source| HarnessError::Io { path: path.to_owned(), source })
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), HarnessError> {
    std::fs::write(path, text).map_err(|source| HarnessError::Io { path: path.to_owned(), source })
}

/// The files in `folder` whose names end in `.extension`, sorted by name.
///
/// # Errors
/// The folder can't be read.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, HarnessError> {
    let io = |source| HarnessError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.extension().is_some_and(|e| e == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
