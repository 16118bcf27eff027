use std::collections::HashMap;

use quarry::{ColumnInfo, Session, Value};

use super::super::completion::pipeline_over;
use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot, inputs};
use crate::output::print;
use crate::output::style::Style;
use crate::output::text::printable;

pub(super) const FIELDS: Dot = Dot {
    name: "fields",
    usage: ".fields [PATTERN]",
    summary: "list fields with type, fill and most frequent values",
    details: "PATTERN is a part of the name, or has * for any characters. Fill and values are those of a sample from all \
              over the inputs.",
    arguments: Arguments::Fields,
    run,
};

/// The values named for a field.
const TOP: usize = 4;
/// The widest that a value is shown.
const WIDEST: usize = 32;
/// Values beyond this many different ones of a field aren't counted.
const MOST_COUNTED: usize = 10_000;

fn run(shell: &mut Shell, pattern: &str) -> Answer {
    let names = shell.engine.indices();
    if names.is_empty() {
        return Err(Failure::from("there is no input; .open PATH opens some".to_owned()));
    }
    let session = Session { default_limit: None, ..shell.session() };
    let engine = shell.engine.sample();
    let query = shell.prepare(&pipeline_over(&names), &session, &engine)?;
    let result = query.collect(&engine).map_err(|error| error.to_string())?;
    let rows = result.rows();
    let wanted = |column: &ColumnInfo| matches(&pattern.replace('`', "").to_lowercase(), &column.name.to_lowercase());
    let mut table = Vec::new();
    for (i, column) in result.columns.iter().enumerate().filter(|(_, column)| wanted(column)) {
        let field = Field::of(rows.iter().filter_map(|row| row.get(i)));
        // Of documents that were recognised all fields are known; those without a value only take room.
        if field.filled > 0 || !pattern.is_empty() {
            table.push(field.row(column, rows.len()));
        }
    }
    if table.is_empty() {
        let message = match pattern {
            "" => "the inputs hold no fields".to_owned(),
            pattern => format!("no field matches {}", printable(pattern)),
        };
        return Err(Failure::from(message));
    }
    print(&inputs::table(&["field", "type", "fill", "values, most frequent first"], table));
    print(&format!("{}\n", Style::of_stdout().dim(&format!("(of a sample of {} rows)", rows.len()))));
    Ok(Flow::On)
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

struct Field {
    filled: usize,
    counts: Vec<(String, usize)>,
}

impl Field {
    fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut filled = 0;
        let mut counts: HashMap<String, usize> = HashMap::new();
        for value in values.filter(|value| !value.is_null()) {
            filled += 1;
            for element in value.elements() {
                let text = element.to_string();
                if counts.len() < MOST_COUNTED || counts.contains_key(&text) {
                    *counts.entry(text).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Self { filled, counts }
    }

    fn row(&self, column: &ColumnInfo, rows: usize) -> Vec<String> {
        let fill = if rows == 0 { 0.0 } else { self.filled as f64 * 100.0 / rows as f64 };
        let shown = |(text, count): &(String, usize)| {
            let text = printable(text);
            let text = crate::output::width::cut(&text, WIDEST);
            if *count > 1 { format!("{text} ({count})") } else { text.into_owned() }
        };
        let mut values: Vec<String> = self.counts.iter().take(TOP).map(shown).collect();
        if self.counts.len() > TOP {
            values.push(format!("{} more", self.counts.len() - TOP));
        }
        let fill = if fill > 0.0 && fill < 1.0 { "<1 %".to_owned() } else { format!("{fill:.0} %") };
        vec![printable(&column.name), column.data_type.name().to_owned(), fill, values.join(", ")]
    }
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
        let values = [Value::Null, Value::from("a"), Value::List(vec![Value::from("b"), Value::from("a")])];
        let field = Field::of(values.iter());
        assert_eq!((field.filled, field.counts), (2, vec![("a".to_owned(), 2), ("b".to_owned(), 1)]));
    }
}
