//! Where events come from: files, folders and streams in, columns out.
//!
//! [`FileCatalog::open`] finds the inputs ([`Input`]), looks at the beginning of each and puts them together as indices.
//! A query resolves its FROM against the catalog and gets tables; a table is scanned split by split:
//!
//! | step | module |
//! | --- | --- |
//! | names to files | `discover` |
//! | files to decompressed bytes | `decompress` |
//! | bytes to records | `frame` (JSON), `csv`, `parquet` |
//! | records to columns | `extract`, on `json` |
//! | files to indices, patterns, kinds of raw logs | `catalog`, `pattern`, `kind` |
//! | types of fields | `mapping`, `kind`, `dictionary`, `infer`, in this order |
//! | splits and rows | `table` |
//!
//! What can't be read is reported to the run's account with file and line, and the rest is read all the same.
//!
//! ```
//! use quarry_plan::{catalog::Catalog, scan::Account};
//! use quarry_sources::{FileCatalog, Input, Options};
//! # let folder = tempfile::tempdir().unwrap();
//! # std::fs::write(folder.path().join("dns.ndjson"), "{\"query\":{\"name\":\"example.org\"}}\n").unwrap();
//! # let path = folder.path().to_str().unwrap();
//! let catalog = FileCatalog::open(&[Input::new(path)], Options::default(), &Account::default()).unwrap();
//! assert_eq!(catalog.names(), ["dns"]);
//! let table = &catalog.resolve("dns", false).unwrap().members[0].table;
//! assert_eq!(table.fields()[0].name, "query.name");
//! ```

mod catalog;
mod csv;
mod decompress;
mod dictionary;
mod discover;
mod error;
mod extract;
mod frame;
mod infer;
mod json;
mod kind;
mod mapping;
mod offline;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod pattern;
mod precision;
mod table;
pub mod testing;

pub use catalog::{FileCatalog, Format, InputInfo, RecordPlace};
pub use decompress::{Compression, plain as decompressed};
pub use error::SourceError;
pub use kind::LogView;
pub use mapping::Mapping;
pub use offline::OfflineCatalog;
pub use options::{Input, Options};
