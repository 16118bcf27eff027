//! Alerts as documents of the reference's alert index.

mod about;
mod maker;

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

pub(crate) use maker::Maker;

use crate::overrides::elements;

/// The index that alerts belong to.
pub const ALERT_INDEX: &str = ".alerts-security.alerts-default";

/// An alert: one row of a rule, as a document in the field names of the reference's alert index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alert {
    /// `kibana.alert.uuid`: stable for the same event and rule.
    pub uuid: String,
    /// What makes it the same alert when the rule has changed: its event, or its group and window.
    pub key: String,
    /// The row's columns that aren't null.
    pub row: Map<String, Value>,
    /// The fields of the event, where the alert stands for one that was asked for, with the row's columns over them.
    pub source: Map<String, Value>,
    /// The document: the source, and what is said of the alert and its rule. Its keys are full dotted names.
    pub document: Map<String, Value>,
    /// `kibana.alert.severity`
    pub severity: String,
    /// The time of the event, or of the run where there is none; in milliseconds since the epoch.
    pub time: i64,
    /// Whether the time is the event's.
    pub has_event_time: bool,
    /// The keys of the group of events that it stands for.
    pub group: Option<String>,
    /// What is known of the document that it stands for.
    pub carried: Carried,
}

/// What is known of the document that a row stands for; nothing where rows were aggregated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Carried {
    /// `_id`
    pub id: Option<String>,
    /// `_index`
    pub index: Option<String>,
    /// `_version`
    pub version: Option<i64>,
    /// `@timestamp`
    pub timestamp: Option<String>,
    /// `@timestamp` in milliseconds since the epoch.
    pub millis: Option<i64>,
}

/// The run that makes alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// When it is made, in milliseconds since the epoch.
    pub(crate) now: i64,
    /// The bounds of its window, of a scheduled run.
    pub(crate) window: Option<(i64, i64)>,
}

/// What a row's alert is made of.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) uuid: String,
    pub(crate) key: String,
    pub(crate) group: Option<String>,
    pub(crate) row: Map<String, Value>,
    pub(crate) carried: Carried,
    /// The event's document, where it was asked for.
    pub(crate) event: Option<Map<String, Value>>,
}

/// A row that may become an alert.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) found: Found,
    /// The fields of its event, where there is one, with the row's columns over them.
    pub(crate) source: Map<String, Value>,
    /// The time of the event as its document says it, and in milliseconds.
    original_time: Option<String>,
    pub(crate) event_time: Option<i64>,
}

impl Candidate {
    /// The time of the event by the first of the fields `times` that it has, else by its document.
    pub(crate) fn time(&self, times: &[String]) -> Option<i64> {
        time_in(&self.source, times).or(self.event_time)
    }
}

/// The first of the fields `times` that a source has, as a time.
pub(crate) fn time_in(source: &Map<String, Value>, times: &[String]) -> Option<i64> {
    times.iter().find_map(|field| quarry::parse_time(elements(source.get(field)?).first()?.as_str()?))
}

/// A hash of a JSON value.
pub(crate) fn digest(value: &Value) -> String {
    Sha1::digest(value.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
