//! A rule's query, ready to run, and its rows as what alerts are made of.

use std::collections::HashMap;
use std::sync::Arc;

use quarry::diagnostics::{Code, Diagnostic, Span};
use quarry::{Batch, ColumnInfo, Documents, Engine, Exclusion, Query, Selection, Session, Value, carried_name};
use serde_json::Map;

use crate::alert::{Found, digest};
use crate::exceptions::Exceptions;
use crate::run::RuleFailure;
use crate::suppress::Suppression;
use crate::{Carried, Rule};

/// How rules are run, beside what the session says.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Whether alerts hold the event that they stand for, and not only the row's columns.
    pub events: bool,
    /// What is known to be harmless.
    pub exceptions: Arc<Exceptions>,
    /// Whether alerts that suppression would make one are given all the same: whoever takes them makes them one.
    pub unsuppressed: bool,
}

/// What rows carry so that alerts know their events.
const CARRY: &[&str] = &["_id", "_index", "_version", "@timestamp"];

/// The same with the events themselves.
const CARRY_EVENTS: &[&str] = &["_id", "_index", "_version", "@timestamp", "_source"];

/// A rule that can run.
pub(crate) struct Prepared {
    pub(crate) query: Query,
    pub(crate) reader: Reader,
    pub(crate) suppression: Option<Suppression>,
    /// Exceptions for rows.
    pub(crate) except: Vec<Exclusion>,
    pub(crate) notes: Vec<String>,
}

impl Prepared {
    /// Prepares `rule`; `times` are its time fields, where its documents are kept for later runs.
    pub(crate) fn new(
        rule: &Rule,
        engine: &Engine,
        session: &Session,
        options: &RunOptions,
        times: Vec<String>,
    ) -> Result<Self, RuleFailure> {
        let suppression = Suppression::of(rule).map_err(|message| bad_rule(&message))?;
        let overrides = ["severity_mapping", "risk_score_mapping", "rule_name_override"];
        let wants_events = options.events
            || suppression.is_some()
            || overrides.iter().any(|name| rule.metadata.fields.contains_key(*name))
            || !options.exceptions.is_empty();
        let carry = if wants_events { CARRY_EVENTS } else { CARRY };
        let mut selection = Selection { times, none_of: Vec::new() };
        let with = |selection: &Selection| Session {
            default_limit: None,
            carry,
            selection: Arc::new(selection.clone()),
            ..session.clone()
        };
        let mut query = with(&selection).prepare(engine, &rule.query).map_err(failure)?;
        let mut notes = Vec::new();
        let mut except = Vec::new();
        if !options.exceptions.is_empty() {
            let applied = options.exceptions.applied(rule, &query, session.now_millis);
            notes.extend(applied.skipped.iter().map(|name| {
                format!("the exception \"{name}\" is not applied: it names fields of events and columns of the query")
            }));
            except = applied.rows;
            if !applied.documents.is_empty() {
                selection.none_of = applied.documents;
                query = with(&selection).prepare(engine, &rule.query).map_err(failure)?;
            }
        }
        let reader = Reader::new(&query, Documents::new(engine, session), rule);
        Ok(Self { query, reader, suppression, except, notes })
    }
}

/// A rule file's fault as the fault of a query.
pub(crate) fn bad_rule(message: &str) -> RuleFailure {
    RuleFailure::Query(vec![Diagnostic { span: None, ..Diagnostic::error(Code::BAD_RULE, Span::default(), message) }])
}

/// A rule of which nothing but indices and enrich policies is unknown is not wrong: its data isn't there. Nor is one
/// wrong that uses what the reference has and this engine leaves out.
fn failure(diagnostics: Vec<Diagnostic>) -> RuleFailure {
    let is_data = |diagnostic: &Diagnostic| matches!(diagnostic.code, Code::UNKNOWN_INDEX | Code::UNKNOWN_POLICY);
    let is_left_out = |diagnostic: &&Diagnostic| diagnostic.code == Code::UNSUPPORTED;
    if !diagnostics.iter().all(|diagnostic| is_data(diagnostic) || is_left_out(&diagnostic)) {
        return RuleFailure::Query(diagnostics);
    }
    match (diagnostics.iter().find(is_left_out), diagnostics.first()) {
        (Some(left_out), _) => RuleFailure::Unsupported(left_out.message.clone()),
        (None, Some(first)) => RuleFailure::NoInput(what_is_missing(&first.message)),
        (None, None) => RuleFailure::Query(diagnostics),
    }
}

/// An unknown index in the words of someone who has files.
fn what_is_missing(message: &str) -> String {
    message
        .strip_prefix("Unknown index ")
        .map_or_else(|| message.to_owned(), |pattern| format!("no input matches {pattern}"))
}

/// How alerts are told from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// By their events or rows.
    Stable,
    /// The same; rows without events by the window, too, that found them.
    InWindow(i64, i64),
    /// As the reference does.
    Reference(i64, i64),
}

/// Reads the rows of a query.
pub(crate) struct Reader {
    pub(crate) columns: Vec<ColumnInfo>,
    carried: CarriedColumns,
    /// The columns that MV_EXPAND made; `None` where one of them doesn't come out, so that all columns count.
    expanded: Option<Vec<usize>>,
    groups: Option<Vec<usize>>,
    documents: Documents,
    rule_id: String,
    text: String,
    /// How often an identity was given in this run.
    given: HashMap<String, usize>,
    rows: usize,
}

impl Reader {
    fn new(query: &Query, documents: Documents, rule: &Rule) -> Self {
        let shown = query.columns().iter().take_while(|column| !column.name.starts_with("$carried$")).count();
        Self {
            columns: query.columns()[..shown].to_vec(),
            carried: CarriedColumns::new(query.columns()),
            expanded: query.expanded_columns().into_iter().collect(),
            groups: query.group_columns(),
            documents,
            rule_id: rule.metadata.rule_id.clone(),
            text: rule.query.clone(),
            given: HashMap::new(),
            rows: 0,
        }
    }

    /// What comes next is of another run.
    pub(crate) fn begin(&mut self) {
        self.given.clear();
        self.rows = 0;
    }

    /// Whether rows stand for groups of events.
    pub(crate) fn aggregates(&self) -> bool {
        self.groups.is_some()
    }

    /// The group that the row at `row` stands for.
    pub(crate) fn group(&self, batch: &Batch, row: usize) -> String {
        let keys = self.groups.as_deref().unwrap_or_default();
        let all: Vec<usize> = (0..self.columns.len()).collect();
        // Without its keys a group is known only by all that is said of it; without BY there is only one.
        let places = if keys.is_empty() { all.as_slice() } else { keys };
        digest(&places.iter().map(|place| self.json(batch, *place, row)).collect())
    }

    fn json(&self, batch: &Batch, place: usize, row: usize) -> serde_json::Value {
        batch.column(place).value(row).to_json(self.columns[place].data_type)
    }

    /// The rows of `batch`, in order, with their places, but for those that `skips` knows.
    pub(crate) fn read(
        &mut self,
        batch: &Batch,
        identity: Identity,
        skips: &mut dyn FnMut(&Found) -> bool,
    ) -> Vec<(usize, Found)> {
        let mut found: Vec<(usize, Found)> =
            (0..batch.rows()).map(|row| (row, self.row(batch, row, identity))).collect();
        found.retain(|(_, found)| !skips(found));
        self.add_events(batch, &mut found);
        found
    }

    fn row(&mut self, batch: &Batch, row: usize, identity: Identity) -> Found {
        let values: Vec<Value> = batch.columns()[..self.columns.len()].iter().map(|column| column.value(row)).collect();
        let carried = self.carried.read(batch, row);
        let fields = quarry::format::row_object(&self.columns, &values);
        self.rows += 1;
        let uuid = self.identity(batch, row, &fields, &carried, identity);
        let key = match identity {
            Identity::InWindow(_, last) | Identity::Reference(_, last) if self.aggregates() => {
                digest(&serde_json::json!([self.group(batch, row), last, self.rule_id]))
            }
            _ => uuid.clone(),
        };
        let group = self.groups.as_deref().filter(|places| !places.is_empty()).map(|places| {
            let texts = places.iter().map(|place| (&self.columns[*place].name, batch.column(*place).value(row)));
            texts.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
        });
        Found { uuid, key, group, row: fields, carried, event: None }
    }

    fn identity(
        &mut self,
        batch: &Batch,
        row: usize,
        fields: &Map<String, serde_json::Value>,
        carried: &Carried,
        identity: Identity,
    ) -> String {
        let rule = format!("default:{}", self.rule_id);
        if let Some(id) = &carried.id {
            let expanded: serde_json::Value = match &self.expanded {
                Some(places) => places.iter().map(|place| self.json(batch, *place, row)).collect(),
                None => fields.clone().into(),
            };
            let tuple = serde_json::json!([id, carried.version, carried.index, rule, expanded]);
            return match identity {
                Identity::Reference(..) => digest(&tuple),
                _ => self.numbered(&tuple),
            };
        }
        match identity {
            Identity::Reference(first, last) => digest(&serde_json::json!([first, last, self.text, rule, self.rows])),
            Identity::InWindow(first, last) => self.numbered(&serde_json::json!([first, last, fields, rule])),
            Identity::Stable => self.numbered(&serde_json::json!([fields, rule])),
        }
    }

    /// A join makes several rows of an event, and the reference keeps only one of them. Here they are numbered.
    fn numbered(&mut self, tuple: &serde_json::Value) -> String {
        let first = digest(tuple);
        let given = self.given.entry(first.clone()).or_default();
        *given += 1;
        if *given == 1 { first } else { digest(&serde_json::json!([first, given])) }
    }

    /// Adds the documents of the events, where they were carried.
    fn add_events(&mut self, batch: &Batch, found: &mut [(usize, Found)]) {
        let Some(place) = self.carried.source else { return };
        let sources: Vec<Option<String>> =
            found.iter().map(|(row, _)| batch.column(place).value(*row).as_str().map(str::to_owned)).collect();
        let mut by_index: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, (_, one)) in found.iter().enumerate() {
            if sources[at].is_some() {
                by_index.entry(one.carried.index.clone().unwrap_or_default()).or_default().push(at);
            }
        }
        for (index, all) in by_index {
            let texts: Vec<&str> = all.iter().filter_map(|at| sources[*at].as_deref()).collect();
            for (at, document) in all.iter().zip(self.documents.make(&index, &texts)) {
                found[*at].1.event = Some(document);
            }
        }
    }
}

/// Where the carried columns stand.
struct CarriedColumns {
    id: Option<usize>,
    index: Option<usize>,
    version: Option<usize>,
    timestamp: Option<usize>,
    source: Option<usize>,
}

impl CarriedColumns {
    fn new(columns: &[ColumnInfo]) -> Self {
        let place = |name: &str| {
            let name = carried_name(name);
            columns.iter().position(|column| column.name == name)
        };
        Self {
            id: place("_id"),
            index: place("_index"),
            version: place("_version"),
            timestamp: place("@timestamp"),
            source: place("_source"),
        }
    }

    fn read(&self, batch: &Batch, row: usize) -> Carried {
        let value = |place: Option<usize>| match place.map(|place| batch.column(place).value(row)) {
            None | Some(Value::Null) => None,
            Some(value) => Some(value),
        };
        let timestamp = value(self.timestamp);
        Carried {
            id: value(self.id).map(|v| v.to_string()),
            index: value(self.index).map(|v| v.to_string()),
            version: value(self.version).and_then(|v| v.as_i64()),
            millis: timestamp.as_ref().and_then(|value| match value.elements().first()? {
                Value::DateNanos(nanos) => Some(nanos.div_euclid(1_000_000)),
                other => other.as_i64(),
            }),
            timestamp: timestamp.map(|v| v.elements().first().unwrap_or(&v).to_string()),
        }
    }
}

/// The time fields of a rule, the first that an event has.
pub(crate) fn times(rule: &Rule) -> Vec<String> {
    let falls_back =
        !rule.metadata.fields.get("timestamp_override_fallback_disabled").and_then(|v| v.as_bool()).unwrap_or(false);
    let mut times = times_in_search(rule);
    if !falls_back {
        times.truncate(1);
    }
    times
}

/// The time fields of a rule in one search over everything. There is no window that an event without the rule's own
/// time could be outside of, so `@timestamp` puts it in order whether or not the rule falls back to it.
pub(crate) fn times_in_search(rule: &Rule) -> Vec<String> {
    let own = rule.metadata.fields.get("timestamp_override").and_then(|value| value.as_str());
    let own = own.filter(|field| !field.is_empty() && *field != TIMESTAMP);
    own.into_iter().chain([TIMESTAMP]).map(str::to_owned).collect()
}

const TIMESTAMP: &str = "@timestamp";
