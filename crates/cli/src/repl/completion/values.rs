//! Values that a field has in the data, the most frequent first.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use quarry::{Engine, Session, Value};

use super::candidate::Candidate;
use super::place::Comparison;
use crate::output::text::printable;

/// The most values that are looked up.
const MOST: usize = 200;
/// Longer values are no help.
const LONGEST: usize = 200;
/// A look-up that takes longer is given up.
const PATIENCE: Duration = Duration::from_millis(400);

/// Values with how often each was seen.
pub(super) type Seen = Vec<(Value, i64)>;

/// The pipeline before the cursor, and the field.
pub(super) type Key = (String, String);

/// The most fields whose values are kept.
const MOST_KEPT: usize = 200;

/// What is known of each field; `None` while it is looked up.
type Known = HashMap<Key, Option<Seen>>;

/// The values of fields, looked up once and in the background.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: Arc<(Mutex<Known>, Condvar)>,
}

impl Cache {
    /// Begins to look up the values of a field, where nobody did yet.
    pub(super) fn begin(&self, engine: &Engine, session: &Session, key: &Key) {
        let mut known = self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains_key(key) {
            return;
        }
        if known.len() >= MOST_KEPT {
            known.retain(|_, values| values.is_none());
        }
        known.insert(key.clone(), None);
        let (engine, session, key, shared) = (engine.clone(), session.clone(), key.clone(), Arc::clone(&self.known));
        std::thread::spawn(move || {
            let found = seen(&engine, &session, &key.0, &key.1);
            shared.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Some(found));
            shared.1.notify_all();
        });
    }

    /// The values of a field. Waits for them, but not for long.
    pub(super) fn get(&self, engine: &Engine, session: &Session, key: &Key) -> Seen {
        self.begin(engine, session, key);
        let known = self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_missing = |known: &mut Known| matches!(known.get(key), Some(None));
        let (known, _) =
            self.known.1.wait_timeout_while(known, PATIENCE * 3, is_missing).unwrap_or_else(PoisonError::into_inner);
        known.get(key).cloned().flatten().unwrap_or_default()
    }
}

/// The values of `field` at the end of the pipeline `before`, with how often each was seen, from a sample.
fn seen(engine: &Engine, session: &Session, before: &str, field: &str) -> Seen {
    let found = run(engine, session, before, field);
    if !found.is_empty() {
        return found;
    }
    // Conditions may leave nothing of a sample; the values of all rows are better than none.
    let source = before.split('|').next().unwrap_or("").trim();
    if source == before { found } else { run(engine, session, source, field) }
}

fn run(engine: &Engine, session: &Session, before: &str, field: &str) -> Seen {
    let text =
        format!("{before}\n| STATS `quarry count` = COUNT(*) BY {field} | SORT `quarry count` DESC | LIMIT {MOST}");
    let rows = rows(engine, session, &text);
    rows.into_iter().filter_map(|mut row| Some((row.pop()?, row.pop()?.as_i64()?))).collect()
}

/// The lowest and the highest value of `field` at the end of the pipeline `before`, in a sample, as they stand in a
/// query.
pub(super) fn bounds(engine: &Engine, session: &Session, before: &str, field: &str) -> Vec<Candidate> {
    let text = format!("{before}\n| STATS low = MIN({field}), high = MAX({field})");
    let mut row = rows(engine, session, &text).pop().unwrap_or_default();
    row.dedup();
    let notes = ["earliest in a sample", "latest in a sample"];
    row.iter()
        .zip(notes)
        .filter_map(|(value, note)| Some(Candidate::with_note(written(value, Comparison::Equal)?, note)))
        .collect()
}

/// The rows of a query over a sample; none where it takes too long.
fn rows(engine: &Engine, session: &Session, text: &str) -> Vec<Vec<Value>> {
    let session = Session { cancelled: Arc::default(), default_limit: None, ..session.clone() };
    let Ok(query) = session.prepare(engine, text) else { return Vec::new() };
    let cancelled = session.cancelled.clone();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let result = std::thread::scope(|scope| {
        scope.spawn(move || {
            if wait.recv_timeout(PATIENCE).is_err() {
                cancelled.store(true, Ordering::Relaxed);
            }
        });
        let result = query.collect(engine);
        let _ = done.send(());
        result
    });
    result.map(|result| result.rows()).unwrap_or_default()
}

/// The values as they stand in a query. What can't be written in one line isn't offered.
pub(super) fn candidates(values: &[(Value, i64)], comparison: Comparison) -> Vec<Candidate> {
    values
        .iter()
        .filter_map(|(value, count)| Some(Candidate::with_note(written(value, comparison)?, &count.to_string())))
        .collect()
}

fn written(value: &Value, comparison: Comparison) -> Option<String> {
    match value {
        Value::Null | Value::List(_) => None,
        Value::Boolean(_) | Value::Integer(_) | Value::Long(_) | Value::UnsignedLong(_) | Value::Double(_) => {
            Some(value.to_string())
        }
        other => quoted(&other.to_string(), comparison),
    }
}

/// The text as a string literal.
fn quoted(text: &str, comparison: Comparison) -> Option<String> {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        if comparison == Comparison::Like && matches!(c, '*' | '?' | '\\') {
            // The pattern's escape, whose backslash is escaped in the literal.
            literal.push_str("\\\\");
        }
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c => literal.push(c),
        }
    }
    literal.push('"');
    let shows = printable(&literal) == literal;
    (shows && literal.len() <= LONGEST).then_some(literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_so_that_they_mean_themselves() {
        assert_eq!(quoted("a\"b\\c\nd", Comparison::Equal).as_deref(), Some(r#""a\"b\\c\nd""#));
        assert_eq!(quoted("a*b", Comparison::Like).as_deref(), Some(r#""a\\*b""#));
        assert_eq!(quoted("\u{1b}[2J", Comparison::Equal), None);
        assert_eq!(quoted("\u{202e}txt", Comparison::Equal), None);
        for text in ["a\"b\\c\nd", "plain", "日本", "tab\t"] {
            assert_eq!(quarry::syntax::string_value(&quoted(text, Comparison::Equal).unwrap()), text);
        }
    }

    #[test]
    fn numbers_stand_bare() {
        assert_eq!(written(&Value::Long(5), Comparison::Equal).as_deref(), Some("5"));
        assert_eq!(written(&Value::Null, Comparison::Equal), None);
    }
}
