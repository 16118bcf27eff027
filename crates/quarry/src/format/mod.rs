//! Rows as bytes: one file for each format.
//!
//! A [`RowWriter`] takes batches as they come, and memory stays flat.

#[cfg(feature = "parquet")]
mod columnar;
mod csv;
mod document;
mod json;
mod ndjson;
mod tsv;

use std::io::{self, Write};

use quarry_types::Batch;

use crate::ColumnInfo;

#[cfg(feature = "parquet")]
pub use columnar::{ArrowStream, Parquet};
pub use csv::Csv;
pub use document::Document;
pub use json::Json;
pub use ndjson::{Ndjson, row_object};
pub use tsv::Tsv;

/// Writes a result in one format.
pub trait RowWriter {
    /// Writes what comes before the rows.
    ///
    /// # Errors
    /// The output can't be written.
    fn begin(&mut self, out: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()>;

    /// Writes rows.
    ///
    /// # Errors
    /// The output can't be written.
    fn rows(&mut self, out: &mut dyn Write, columns: &[ColumnInfo], batch: &Batch) -> io::Result<()>;

    /// Writes what comes after the rows.
    ///
    /// # Errors
    /// The output can't be written.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}
