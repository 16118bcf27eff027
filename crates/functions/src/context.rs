//! What a kernel may ask for while it runs, and where it reports failures.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::tz::TimeZone;

/// What is fixed for the whole of a query.
#[derive(Clone, Debug)]
pub struct Settings {
    /// NOW(), in milliseconds since the epoch.
    pub now_millis: i64,
    /// Whether the plan runs again and again, each time with its own clock: then NOW() is no constant of the plan.
    pub moving_clock: bool,
    /// The query's time zone.
    pub zone: TimeZone,
}

impl Default for Settings {
    /// The epoch, in UTC.
    fn default() -> Self {
        Self { now_millis: 0, moving_clock: false, zone: TimeZone::UTC }
    }
}

/// The place in the query that a kernel speaks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The expression as typed.
    pub source: String,
    /// What comes between the column and the colon for text inside a view: ` (in view [v])`.
    pub within: String,
}

/// Why one row could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exception class that the reference names.
    pub class: &'static str,
    /// Its message.
    pub message: String,
}

impl Failure {
    /// `java.lang.IllegalArgumentException`
    #[must_use]
    pub fn illegal_argument(message: impl Into<String>) -> Self {
        Self { class: "java.lang.IllegalArgumentException", message: message.into() }
    }

    /// `java.lang.ArithmeticException`
    #[must_use]
    pub fn arithmetic(message: impl Into<String>) -> Self {
        Self { class: "java.lang.ArithmeticException", message: message.into() }
    }

    /// The reference's own `InvalidArgumentException`.
    #[must_use]
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self { class: "org.elasticsearch.xpack.esql.core.InvalidArgumentException", message: message.into() }
    }

    /// A list where one value is needed.
    #[must_use]
    pub fn multi_value() -> Self {
        Self::illegal_argument("single-value function encountered multi-value")
    }
}

/// Failures of evaluation, in the order first met, as the reference reports them: at most 20 per expression.
#[derive(Clone, Debug, Default)]
pub struct Warnings {
    by_site: IndexMap<(Arc<Site>, bool), Vec<String>>,
}

const MOST_PER_SITE: usize = 20;

impl Warnings {
    /// Records that a row's evaluation failed and gave null.
    pub fn add(&mut self, site: &Arc<Site>, failure: &Failure) {
        self.record(site, false, format!("{}: {}", failure.class, failure.message));
    }

    /// Records that a condition's evaluation failed and gave false.
    pub fn add_condition(&mut self, site: &Arc<Site>, failure: &Failure) {
        self.record(site, true, format!("{}: {}", failure.class, failure.message));
    }

    fn record(&mut self, site: &Arc<Site>, condition: bool, text: String) {
        let texts = match self.by_site.get_mut(&(site.clone(), condition)) {
            Some(texts) => texts,
            None => self.by_site.entry((site.clone(), condition)).or_default(),
        };
        if texts.len() < MOST_PER_SITE && !texts.contains(&text) {
            texts.push(text);
        }
    }

    /// Adds the failures of another part of the same query.
    pub fn merge(&mut self, other: Warnings) {
        for ((site, condition), texts) in other.by_site {
            for text in texts {
                self.record(&site, condition, text);
            }
        }
    }

    /// Whether nothing failed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_site.is_empty()
    }

    /// The texts of the warning headers: for each expression one that names it, then one for each distinct cause.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for ((site, condition), texts) in &self.by_site {
            let place = format!("Line {}:{}{}", site.line, site.column, site.within);
            let outcome = if *condition { "false" } else { "null" };
            lines.push(format!(
                "{place}: evaluation of [{}] failed, treating result as {outcome}. Only first {MOST_PER_SITE} failures recorded.",
                site.source
            ));
            lines.extend(texts.iter().map(|text| format!("{place}: {text}")));
        }
        lines
    }
}

/// Handed to a kernel with each batch.
#[derive(Debug)]
pub struct Context<'a> {
    /// Rows in the batch: the length of the result.
    pub rows: usize,
    /// The call's place in the query.
    pub site: &'a Arc<Site>,
    /// Where failures go.
    pub warnings: &'a mut Warnings,
    /// Clock and zone.
    pub settings: &'a Settings,
}

impl Context<'_> {
    /// Reports a row that failed.
    pub fn warn(&mut self, failure: &Failure) {
        self.warnings.add(self.site, failure);
    }
}
