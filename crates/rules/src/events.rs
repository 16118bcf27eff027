//! The single events of a file, whatever the file wraps them in.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use quarry::{Engine, EngineOptions, Input, Session, Value};
use serde_json::value::RawValue;

/// One event, as its file has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// The document's own id, or one made from its place.
    pub id: String,
    /// The index that it is in.
    pub index: String,
    /// Its version; 1 where it has none.
    pub version: i64,
    /// `@timestamp` in milliseconds since the epoch, where it has one.
    pub timestamp: Option<i64>,
    /// The first points in time in the fields that were asked for beside it.
    pub times: Vec<Option<i64>>,
    /// Its JSON text, raw or as a document.
    pub source: String,
}

impl Event {
    /// The event on one line, as a search response holds it: with its id and index.
    ///
    /// # Errors
    /// The event's text is no JSON.
    pub fn envelope(&self) -> Result<String, serde_json::Error> {
        let source: &RawValue = serde_json::from_str(&self.source)?;
        let hit = serde_json::json!({ "_index": self.index, "_id": self.id, "_version": self.version });
        let mut line = hit.to_string();
        line.pop();
        line.push_str(",\"_source\":");
        // A record may stand on several lines; white space between tokens is all that a line break can be.
        line.push_str(&source.get().replace(['\n', '\r'], " "));
        line.push('}');
        Ok(line)
    }
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// The events, in the order of the input.
    pub events: Vec<Event>,
    /// Whether there are more than were asked for.
    pub more: bool,
    /// What could not be read, and values that don't fit their fields.
    pub problems: Vec<String>,
}

/// The query that gives every event with what is said of it. No `*` reaches an index whose name begins with a dot, as
/// that of alerts does.
const EVERY_EVENT: &str = "SET unmapped_fields=\"nullify\"; FROM *,.* METADATA _id, _index, _version, _source | KEEP _id, _index, _version, _source, @timestamp";

/// Reads at most `most` events of `inputs`.
///
/// # Errors
/// No input can be read.
pub fn read_events(inputs: &[Input], options: EngineOptions, most: usize) -> Result<Events, String> {
    read_events_with_times(inputs, options, most, &[])
}

/// The same, with the times in `fields`.
pub(crate) fn read_events_with_times(
    inputs: &[Input],
    options: EngineOptions,
    most: usize,
    fields: &[String],
) -> Result<Events, String> {
    let engine = Engine::open(inputs, options).map_err(|error| error.to_string())?;
    let session = Session { default_limit: None, threads: 1, ..Session::default() };
    let mut read = Events::default();
    if engine.catalog().names().is_empty() {
        return Ok(read);
    }
    let mut text = EVERY_EVENT.to_owned();
    for field in fields {
        text.push_str(&format!(", `{}`", field.replace('`', "``")));
    }
    let query = session.prepare(&engine, &text).map_err(|diagnostics| {
        diagnostics.into_iter().next().map_or_else(|| "no events".to_owned(), |diagnostic| diagnostic.message)
    })?;
    query
        .run(engine.account(), &mut |batch| {
            for row in 0..batch.rows() {
                if read.events.len() == most {
                    read.more = true;
                    return ControlFlow::Break(());
                }
                let text = |column: usize| match batch.column(column).value(row) {
                    Value::Null => String::new(),
                    value => value.to_string(),
                };
                read.events.push(Event {
                    id: text(0),
                    index: text(1),
                    version: batch.column(2).value(row).as_i64().unwrap_or(1),
                    source: text(3),
                    timestamp: time(&batch.column(4).value(row)),
                    times: (0..fields.len()).map(|field| time(&batch.column(5 + field).value(row))).collect(),
                });
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| error.to_string())?;
    let account = engine.account();
    for report in account.unreadable_reports().into_iter().chain(account.malformed_reports()) {
        read.problems.push(format!("{}:{}: {}", report.input, report.line, report.message));
    }
    Ok(read)
}

/// Writes events to a file that is gone when it is dropped.
///
/// # Errors
/// The file can't be written.
pub fn write_events(events: &[Event]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("events").suffix(".ndjson").tempfile()?;
    let mut out = BufWriter::new(file.as_file_mut());
    for event in events {
        writeln!(out, "{}", event.envelope().map_err(io::Error::from)?)?;
    }
    out.flush()?;
    drop(out);
    Ok(file)
}

/// The first point in time that the cell holds.
fn time(value: &Value) -> Option<i64> {
    match value.elements().first()? {
        Value::String(text) => quarry::event_time(&Value::Date(quarry::parse_time(text)?)),
        _ => quarry::event_time(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Events {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read_events(&[Input::new(path.to_string_lossy())], EngineOptions::default(), 10).unwrap()
    }

    #[test]
    fn wrapped_records_are_single_events() {
        let read = read("a.json", "[{\"@timestamp\":\"2026-01-15T09:00:00Z\",\"x\":1},\n {\"x\":\n2}]");
        assert_eq!(read.events.len(), 2);
        assert_eq!(read.events[0].timestamp, Some(1_768_467_600_000));
        assert_eq!(read.events[1].timestamp, None);
        assert_eq!(read.events[1].index, "a");
        let line = read.events[1].envelope().unwrap();
        assert!(!line.contains('\n') && line.contains("\"_source\":{\"x\": 2}"), "{line}");
    }

    #[test]
    fn events_of_an_index_whose_name_begins_with_a_dot_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        std::fs::write(&path, "{\"x\":1}\n").unwrap();
        let input = Input::named(".alerts-security.alerts-default", path.to_string_lossy());
        let read = read_events(&[input], EngineOptions::default(), 10).unwrap();
        assert_eq!(read.events[0].index, ".alerts-security.alerts-default");
    }

    #[test]
    fn times_are_read_from_other_fields() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        std::fs::write(&path, "{\"event\":{\"ingested\":\"2026-01-15T09:00:00Z\"},\"w`n\":5}\n{\"x\":1}\n").unwrap();
        let fields = ["event.ingested".to_owned(), "w`n".to_owned(), "none".to_owned()];
        let inputs = [Input::new(path.to_string_lossy())];
        let read = read_events_with_times(&inputs, EngineOptions::default(), 10, &fields).unwrap();
        let times: Vec<&[Option<i64>]> = read.events.iter().map(|event| event.times.as_slice()).collect();
        assert_eq!(times, [[Some(1_768_467_600_000), None, None], [None; 3]]);
    }

    #[test]
    fn no_events_are_no_error() {
        assert_eq!(read("a.json", "").events, Vec::new());
        let broken = read("a.ndjson", "{\"x\":1}\n{\"x\":");
        assert_eq!((broken.events.len(), broken.problems.len()), (1, 1));
    }
}
