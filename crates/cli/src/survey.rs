//! What fields the inputs have: how often each is filled, and with what.

use std::collections::HashMap;
use std::ops::ControlFlow;

use quarry::{Account, Batch, ColumnInfo, DataType, Query, Value};
use serde_json::json;

use crate::output::table::layout;
use crate::output::text::printable;
use crate::output::width;

/// The values named for a field.
const TOP: usize = 4;
/// The widest that a value is shown.
const WIDEST: usize = 32;
/// Values beyond this many different ones of a field aren't counted.
const MOST_COUNTED: usize = 10_000;

/// The fields whose names match a pattern, and what rows hold of them.
pub(crate) struct Survey {
    fields: Vec<(usize, Field)>,
    /// The rows looked at.
    pub(crate) rows: u64,
}

struct Field {
    column: ColumnInfo,
    filled: u64,
    counts: HashMap<String, u64>,
}

impl Survey {
    /// Looks at the rows of `query`. An empty pattern is for all fields.
    ///
    /// # Errors
    /// A message for the user.
    pub(crate) fn of(query: &Query, account: &Account, pattern: &str) -> Result<Self, String> {
        let pattern = pattern.replace('`', "").to_lowercase();
        let columns = query.columns().iter().enumerate();
        let fields = columns
            .filter(|(_, column)| matches(&pattern, &column.name.to_lowercase()))
            .map(|(at, column)| (at, Field { column: column.clone(), filled: 0, counts: HashMap::new() }))
            .collect();
        let mut survey = Self { fields, rows: 0 };
        let run = query.run(account, &mut |batch| {
            survey.take(&batch);
            ControlFlow::Continue(())
        });
        run.map_err(|error| error.to_string())?;
        Ok(survey)
    }

    fn take(&mut self, batch: &Batch) {
        self.rows += batch.rows() as u64;
        for (at, field) in &mut self.fields {
            batch.column(*at).values().for_each(|value| field.add(&value));
        }
    }

    /// Fields without a value are left out where others have one: of documents that were recognised all fields are
    /// known, and those only take room.
    fn shown(&self) -> impl Iterator<Item = &Field> {
        let any_filled = self.fields.iter().any(|(_, field)| field.filled > 0);
        self.fields.iter().map(|(_, field)| field).filter(move |field| field.filled > 0 || !any_filled)
    }

    /// How many fields are left out, in words; nothing where none is.
    pub(crate) fn left_out(&self) -> String {
        match self.fields.len() - self.shown().count() {
            0 => String::new(),
            1 => "; 1 more field has no value".to_owned(),
            more => format!("; {more} more fields have no value"),
        }
    }

    /// Whether there is no field to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.shown().next().is_none()
    }

    /// A table for people.
    pub(crate) fn table(&self) -> String {
        let column = |name: &str, data_type| ColumnInfo { name: name.to_owned(), data_type };
        let columns = [
            column("field", DataType::Keyword),
            column("type", DataType::Keyword),
            column("fill", DataType::Long),
            column("distinct", DataType::Long),
            column("values, most frequent first", DataType::Keyword),
        ];
        format!("{}\n", layout(&columns, self.shown().map(|field| field.row(self.rows)).collect()))
    }

    /// One object for each field.
    pub(crate) fn json(&self) -> serde_json::Value {
        self.shown().map(|field| field.json(self.rows)).collect()
    }
}

impl Field {
    fn add(&mut self, value: &Value) {
        if value.is_null() {
            return;
        }
        self.filled += 1;
        for element in value.elements() {
            let text = element.to_string();
            if self.counts.len() < MOST_COUNTED || self.counts.contains_key(&text) {
                *self.counts.entry(text).or_default() += 1;
            }
        }
    }

    fn most_frequent(&self) -> Vec<(&String, u64)> {
        let mut counts: Vec<(&String, u64)> = self.counts.iter().map(|(text, count)| (text, *count)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        counts.truncate(TOP);
        counts
    }

    fn share(&self, rows: u64) -> f64 {
        if rows == 0 { 0.0 } else { self.filled as f64 / rows as f64 }
    }

    fn row(&self, rows: u64) -> Vec<String> {
        let shown = |(text, count): (&String, u64)| {
            let text = printable(text);
            let text = width::cut(&text, WIDEST);
            if count > 1 { format!("{text} ({count})") } else { text.into_owned() }
        };
        let values: Vec<String> = self.most_frequent().into_iter().map(shown).collect();
        let percent = self.share(rows) * 100.0;
        let fill = match percent {
            p if p > 0.0 && p < 1.0 => "<1 %".to_owned(),
            p if p > 99.0 && p < 100.0 => ">99 %".to_owned(),
            p => format!("{p:.0} %"),
        };
        let more = if self.counts.len() >= MOST_COUNTED { "+" } else { "" };
        let distinct = format!("{}{more}", self.counts.len());
        vec![printable(&self.column.name), self.column.data_type.name().to_owned(), fill, distinct, values.join(", ")]
    }

    fn json(&self, rows: u64) -> serde_json::Value {
        let values: Vec<_> =
            self.most_frequent().into_iter().map(|(text, count)| json!({"value": text, "count": count})).collect();
        json!({
            "name": self.column.name,
            "type": self.column.data_type.name(),
            "rows": rows,
            "filled": self.filled,
            "fill": self.share(rows),
            "distinct": self.counts.len(),
            "distinct_is_exact": self.counts.len() < MOST_COUNTED,
            "values": values,
        })
    }
}

/// Whether the name matches a pattern with `*`, or contains a text without.
fn matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains('*') {
        return name.contains(pattern);
    }
    let parts: Vec<&str> = pattern.split('*').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    let Some(mut rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    for part in &parts[1..parts.len() - 1] {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names() {
        assert!(matches("", "a.b") && matches("a.b", "x.a.b.c") && matches("a*", "a.b") && matches("*b", "a.b"));
        assert!(matches("a*c*e", "abcde") && !matches("a*c*e", "abde") && !matches("ab*ba", "aba"));
    }

    #[test]
    fn values_are_counted_one_by_one() {
        let column = ColumnInfo { name: "x".to_owned(), data_type: DataType::Keyword };
        let mut field = Field { column, filled: 0, counts: HashMap::new() };
        for value in [Value::Null, Value::from("a"), Value::List(vec![Value::from("b"), Value::from("a")])] {
            field.add(&value);
        }
        assert_eq!(field.row(3), ["x", "keyword", "67 %", "2", "a (2), b"]);
    }
}
