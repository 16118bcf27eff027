use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::tz::TimeZone;
use quarry_diagnostics::Diagnostic;
use quarry_functions::Settings;
use quarry_plan::analyze::{Parameters, Selection};

use crate::{Engine, Query};

/// The rows that a query without LIMIT gives, as in the reference.
pub(crate) const DEFAULT_LIMIT: usize = 1000;

/// What holds for one run: clock, zone, limits.
#[derive(Clone, Debug)]
pub struct Session {
    /// NOW(), in milliseconds since the epoch.
    pub now_millis: i64,
    /// The time zone.
    pub zone: TimeZone,
    /// The rows of a query that has no LIMIT; `None` for all.
    pub default_limit: Option<usize>,
    /// Values of parameters.
    pub parameters: Parameters,
    /// Metadata fields that accompany each row beside the query's columns; see [`crate::carried_name`].
    pub carry: &'static [&'static str],
    /// Which documents a run reads, beside what its query says.
    pub selection: Arc<Selection>,
    /// Whether scans may leave out records that a condition rules out. Off only to test that it changes nothing.
    pub prefilter: bool,
    /// Whether they may do so from a record's bytes, before it is parsed.
    pub search_bytes: bool,
    /// Threads to use.
    pub threads: usize,
    /// The bytes that sorting and grouping may take.
    pub memory_limit: usize,
    /// Set from outside to stop the run.
    pub cancelled: Arc<AtomicBool>,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            now_millis: jiff::Timestamp::now().as_millisecond(),
            zone: TimeZone::UTC,
            default_limit: Some(DEFAULT_LIMIT),
            parameters: Parameters::default(),
            carry: &[],
            selection: Arc::default(),
            prefilter: true,
            search_bytes: true,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory_limit: 4 << 30,
            cancelled: Arc::default(),
        }
    }
}

impl Session {
    /// Parses, analyses and optimises `text` against the inputs of `engine`.
    ///
    /// # Errors
    /// Everything that is wrong with the query.
    pub fn prepare(&self, engine: &Engine, text: &str) -> Result<Query, Vec<Diagnostic>> {
        Query::prepare(self, engine, text)
    }

    /// As [`Session::prepare`], but the plan is left as the analysis made it: for comparing and for looking at.
    ///
    /// # Errors
    /// Everything that is wrong with the query.
    pub fn analyse(&self, engine: &Engine, text: &str) -> Result<Query, Vec<Diagnostic>> {
        Query::planned(self, engine, text, false)
    }

    pub(crate) fn settings(&self, moving_clock: bool) -> Arc<Settings> {
        Arc::new(Settings { now_millis: self.now_millis, moving_clock, zone: self.zone.clone() })
    }
}
