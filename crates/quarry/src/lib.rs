//! ES|QL over plain JSON logs.
//!
//! An [`Engine`] knows the inputs; a [`Session`] adds the clock, the zone and the limits of one run; a [`Query`] is a
//! text that has been parsed, analysed and optimised against them, and can be run.
//!
//! ```
//! use quarry::{Engine, Session};
//! let engine = Engine::empty();
//! let query = Session::default().prepare(&engine, "ROW x = 1 + 2").expect("a valid query");
//! let result = query.collect(&engine).expect("nothing to fail");
//! assert_eq!(result.rows()[0][0].to_string(), "3");
//! ```

mod check;
mod engine;
pub mod format;
pub mod lint;
mod query;
mod result;
mod sample;
mod schema;
mod session;

pub use check::check;
pub use engine::{Engine, EngineError, EngineOptions};
pub use quarry_diagnostics as diagnostics;
pub use quarry_exec::ExecError;
pub use quarry_functions as functions;
pub use quarry_plan::analyze::{Parameters, carried_name};
pub use quarry_plan::catalog::{EnrichPolicy, PolicyKind};
pub use quarry_plan::scan::{Account, Extent, Report, counted};
pub use quarry_sources::{Compression, Format, Input, InputInfo, Mapping};
pub use quarry_syntax as syntax;
pub use quarry_types::{Batch, Column, DataType, Value};
pub use query::{Query, Summary};
pub use result::{ColumnInfo, QueryResult};
pub use session::Session;

pub use schema::METADATA_FIELDS;

/// Reads a point in time (`2026-01-15T09:00:00Z`, or less of it) to milliseconds since the epoch, in UTC.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    quarry_types::date::parse_millis(text, None)
}
