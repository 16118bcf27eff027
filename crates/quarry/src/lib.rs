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
mod documents;
mod engine;
pub mod format;
pub mod lint;
mod query;
pub mod replay;
mod result;
mod sample;
mod schema;
mod session;
mod witness;

pub use check::check;
pub use documents::Documents;
pub use engine::{Engine, EngineError, EngineOptions};
pub use quarry_diagnostics as diagnostics;
pub use quarry_exec::ExecError;
pub use quarry_functions as functions;
pub use quarry_plan::analyze::{Condition, Exclusion, Parameters, Selection, Test, carried_name};
pub use quarry_plan::catalog::{EnrichPolicy, PolicyKind};
pub use quarry_plan::explain::Reading;
pub use quarry_plan::scan::{Account, Extent, Report, counted};
pub use quarry_sources::{Compression, Format, Input, InputInfo, LogView, Mapping, RecordPlace, decompressed};
pub use quarry_syntax as syntax;
pub use quarry_types::{Batch, Column, DataType, Value};
pub use query::{Outcomes, Query, QueryRun, Summary};
pub use result::{ColumnInfo, QueryResult};
pub use session::Session;

pub use schema::METADATA_FIELDS;

/// A point in time, in milliseconds since the epoch, as text.
#[must_use]
pub fn format_time(millis: i64) -> String {
    quarry_types::date::format_millis(millis)
}

/// The years 1 to 9999, in milliseconds since the epoch.
const CALENDAR: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// When an event was, in milliseconds since the epoch: a date, the first of several. `None` where there is none, or one
/// outside the years 1 to 9999, which is no event's: what goes by time needn't fear that it overflows.
#[must_use]
pub fn event_time(value: &Value) -> Option<i64> {
    let millis = match value.elements().first()? {
        Value::Date(millis) => *millis,
        Value::DateNanos(nanos) => nanos.div_euclid(1_000_000),
        _ => return None,
    };
    CALENDAR.contains(&millis).then_some(millis)
}

/// Reads a point in time (`2026-01-15T09:00:00Z`, or less of it) to milliseconds since the epoch, in UTC.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    quarry_types::date::parse_millis(text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_outside_the_calendar_is_no_events() {
        let years = ["0001-01-01T00:00:00Z", "2026-01-15T09:00:00Z", "9999-12-31T23:59:59.999Z"];
        for text in years {
            let millis = parse_time(text);
            assert_eq!(event_time(&Value::Date(millis.unwrap_or(i64::MAX))), millis, "{text}");
        }
        for millis in [i64::MIN, CALENDAR.start() - 1, CALENDAR.end() + 1, i64::MAX] {
            assert_eq!(event_time(&Value::Date(millis)), None);
        }
        assert_eq!(event_time(&Value::DateNanos(1_999_999)), Some(1));
        assert_eq!(event_time(&Value::Null), None);
    }
}
