//! Completion: what may stand at the cursor, one file for each kind.
//!
//! Fields come from the plan of the pipeline before the cursor, values from running it over a sample,
//! which begins as soon as the cursor stands where one may follow. Both are kept until the inputs change.

mod candidate;
mod commands;
mod dots;
pub(crate) mod fields;
mod functions;
mod paths;
mod patterns;
mod place;
mod values;
mod words;

use std::cell::RefCell;
use std::collections::HashMap;

use quarry::syntax::string_value;
use quarry::{ColumnInfo, Engine, METADATA_FIELDS, Session};

use crate::output::text::printable;
use candidate::matching;
pub(crate) use candidate::{Candidate, fitted};
pub(crate) use dots::pipeline_over;
use place::{Comparison, Expected, Place, place};

/// The most values that are offered at once; typing narrows them.
const MOST_VALUES: usize = 60;
/// The most pipelines and fields whose columns and values are kept.
const MOST_KEPT: usize = 200;

/// What completion knows of the inputs.
pub(crate) struct Completion {
    /// The inputs, cut down to a sample.
    engine: Engine,
    session: Session,
    columns: RefCell<HashMap<String, Vec<ColumnInfo>>>,
    values: values::Cache,
}

impl Completion {
    /// Completion over a sample of the inputs of `engine`.
    pub(crate) fn new(engine: &Engine, session: &Session) -> Self {
        Self {
            engine: engine.sample(),
            session: session.clone(),
            columns: RefCell::default(),
            values: values::Cache::default(),
        }
    }

    /// Where the replaced text begins, and what may replace it, for a cursor at the byte `at`.
    pub(crate) fn complete(&self, line: &str, at: usize) -> (usize, Vec<Candidate>) {
        let Some(head) = line.get(..at) else { return (at, Vec::new()) };
        if head.trim_start().starts_with('.') {
            return dots::complete(self, head);
        }
        let place = place(head);
        let mut found = self.candidates(&place);
        // A quote that stands after the cursor already is not put there twice.
        if line[at..].starts_with('"') {
            for candidate in &mut found {
                if candidate.text.ends_with('"') && candidate.text.len() > 1 {
                    candidate.text.pop();
                }
            }
        }
        (place.start, found)
    }

    fn candidates(&self, place: &Place<'_>) -> Vec<Candidate> {
        let word = place.word;
        let all = match &place.expected {
            Expected::Command { source } => commands::candidates(*source),
            Expected::Index => return self.indices(word),
            Expected::Metadata => {
                METADATA_FIELDS.iter().map(|(name, note)| Candidate::with_note(*name, note)).collect()
            }
            Expected::Policy => self.indices(word),
            Expected::Name => fields::candidates(&self.columns(&place.before)),
            Expected::Expression { aggregates, grouping } => self.expression(place, *aggregates, *grouping),
            Expected::Value { field, comparison } => return self.values(place, field, *comparison),
            Expected::Bound { field } => self.bound(place, field),
            Expected::Pattern => return patterns::candidates(word),
            Expected::Words(words) => {
                words.iter().map(|word| Candidate { text: ended(word), shown: (*word).to_owned() }).collect()
            }
            Expected::Unit => words::after_number(),
            Expected::Type => words::types(),
            Expected::Setting => words::settings(),
            Expected::SettingValue(name) => words::setting_values(name),
            Expected::Nothing => return Vec::new(),
        };
        matching(all, word)
    }

    /// Looks up in the background what a Tab at the end of `head` would ask for: values take longer than a key may.
    pub(crate) fn prepare(&self, head: &str) {
        let place = place(head);
        if let Expected::Value { field, .. } = place.expected {
            self.values.begin(&self.engine, &self.session, &(place.before, field));
        }
    }

    /// The columns at the end of a pipeline.
    pub(crate) fn columns(&self, before: &str) -> Vec<ColumnInfo> {
        if let Some(known) = self.columns.borrow().get(before) {
            return known.clone();
        }
        let found = if before.is_empty() { Vec::new() } else { self.session.columns(&self.engine, before) };
        let mut kept = self.columns.borrow_mut();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(before.to_owned(), found.clone());
        found
    }

    /// The names of all indices.
    pub(crate) fn names(&self) -> Vec<String> {
        self.engine.indices()
    }

    fn indices(&self, word: &str) -> Vec<Candidate> {
        if let Some(typed) = word.strip_prefix('"') {
            let quoted = |candidate: Candidate| {
                let end = if candidate.text.ends_with('/') { "" } else { "\"" };
                Candidate { text: format!("\"{}{end}", candidate.text), ..candidate }
            };
            return paths::candidates(typed).into_iter().map(quoted).collect();
        }
        // Policies are among the names: lookups and enrichments may name one.
        let names = self.engine.catalog().names().into_iter();
        matching(names.filter(|name| printable(name) == *name).map(Candidate::plain).collect(), word)
    }

    fn expression(&self, place: &Place<'_>, aggregates: bool, grouping: bool) -> Vec<Candidate> {
        let mut all = fields::candidates(&self.columns(&place.before));
        if place.word.is_empty() {
            // All functions at once would bury the fields.
            if aggregates {
                return functions::special(true);
            }
            if grouping {
                all.extend(functions::special(false));
            }
            return all;
        }
        all.extend(functions::candidates(aggregates, grouping));
        all
    }

    /// What a field is compared with by order: of dates the present and the ends of what is there.
    fn bound(&self, place: &Place<'_>, field: &str) -> Vec<Candidate> {
        let name = field.replace('`', "");
        let columns = self.columns(&place.before);
        let is_date = columns.iter().any(|column| {
            column.name == name && matches!(column.data_type, quarry::DataType::Date | quarry::DataType::DateNanos)
        });
        if !is_date {
            return self.expression(place, false, false);
        }
        let mut all = words::times();
        all.extend(values::bounds(&self.engine, &self.session, &place.before, field));
        if !place.word.is_empty() {
            all.extend(self.expression(place, false, false));
        }
        all
    }

    fn values(&self, place: &Place<'_>, field: &str, comparison: Comparison) -> Vec<Candidate> {
        let key = (place.before.clone(), field.to_owned());
        let found = self.values.get(&self.engine, &self.session, &key);
        let all = values::candidates(&found, comparison);
        let typed = if place.word.starts_with('"') { string_value(place.word) } else { place.word.to_owned() };
        let typed = typed.to_lowercase();
        let plain = |candidate: &Candidate| string_value(&candidate.text).to_lowercase();
        let (first, others): (Vec<_>, Vec<_>) =
            all.into_iter().filter(|c| plain(c).contains(&typed)).partition(|c| plain(c).starts_with(&typed));
        let mut offered = if first.is_empty() { others } else { first };
        offered.truncate(MOST_VALUES);
        offered
    }
}

/// A word with the space that follows it; after an opening parenthesis or quote there is none.
fn ended(word: &str) -> String {
    if word.ends_with(['(', '"']) { word.to_owned() } else { format!("{word} ") }
}

#[cfg(test)]
mod tests;
