//! DISSECT: cuts a string at literal delimiters. Works on bytes, left to right, and never goes back.
//!
//! Values are handed out as ranges of the input: nothing is allocated per row, but for appended keys.

use std::ops::Range;

use quarry_types::{Column, ColumnBuilder, DataType, Strings};

use super::Extractor;
use crate::Context;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Dissect {
    pattern: String,
    leading: String,
    pairs: Vec<Pair>,
    columns: Vec<ColumnKeys>,
    separator: String,
}

#[derive(Clone, Debug)]
struct Pair {
    /// Key as typed inside the braces, for messages of `explain`.
    key: String,
    delimiter: String,
    skip_repeats: bool,
}

/// A result column and the keys that feed it, in the order in which their values are joined.
#[derive(Clone, Debug)]
struct ColumnKeys {
    name: String,
    /// Places among the pairs.
    pairs: Vec<usize>,
    /// Whether values are joined; otherwise the last one wins.
    append: bool,
}

/// Why a pattern can't be used. The message is in the reference's wording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DissectError(String);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Modifier {
    None,
    Append(Option<u32>),
    Skip,
}

impl Dissect {
    /// Compiles `pattern`; appended values are joined with `separator`.
    ///
    /// # Errors
    /// The pattern has no key that is kept, misuses a modifier, has a reference key, or keys with nothing between.
    pub fn new(pattern: &str, separator: &str) -> Result<Self, DissectError> {
        let invalid = || DissectError(format!("Invalid pattern for dissect: [{pattern}]"));
        let (leading, mut rest) = match pattern.find("%{") {
            Some(at) => (&pattern[..at], &pattern[at..]),
            None => return Err(invalid()),
        };
        let mut pairs = Vec::new();
        let mut keys: Vec<(String, Modifier)> = Vec::new();
        while let Some(after) = rest.strip_prefix("%{") {
            let Some(close) = after.find('}') else { return Err(invalid()) };
            let (key, tail) = (&after[..close], &after[close + 1..]);
            let end = tail.find("%{").unwrap_or(tail.len());
            let delimiter = &tail[..end];
            if delimiter.is_empty() && end < tail.len() {
                return Err(invalid());
            }
            let (name, modifier, skip_repeats) = read_key(key, pattern)?;
            pairs.push(Pair { key: key.to_owned(), delimiter: delimiter.to_owned(), skip_repeats });
            keys.push((name, modifier));
            rest = &tail[end..];
        }
        let columns = columns(&keys);
        if columns.is_empty() {
            return Err(invalid());
        }
        Ok(Self {
            pattern: pattern.to_owned(),
            leading: leading.to_owned(),
            pairs,
            columns,
            separator: separator.to_owned(),
        })
    }

    /// The names of the result columns, in pattern order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Cuts `text`: on success `values` holds for each key of the pattern the range of its value.
    /// The vector is only a buffer; its earlier content doesn't matter.
    pub fn cut(&self, text: &str, values: &mut Vec<Range<usize>>) -> bool {
        self.cut_until(text, values).is_ok()
    }

    /// Like [`Dissect::cut`]; on failure the key at which matching stopped, and the offset in `text` from which its
    /// delimiter could not be found.
    ///
    /// # Errors
    /// The place where the pattern stopped matching.
    pub fn cut_until(&self, text: &str, values: &mut Vec<Range<usize>>) -> Result<(), Stop<'_>> {
        values.clear();
        let bytes = text.as_bytes();
        let lead = self.leading.len();
        let leads = bytes.starts_with(self.leading.as_bytes()) && bytes.len() > lead;
        if !leads {
            return Err(Stop { key: None, wanted: &self.leading, offset: 0 });
        }
        let mut at = lead;
        let mut pair = 0;
        while pair < self.pairs.len() {
            let Pair { key, delimiter, skip_repeats } = &self.pairs[pair];
            if delimiter.is_empty() {
                values.push(at..bytes.len());
                return Ok(());
            }
            let Some(found) = memchr::memmem::find(&bytes[at..], delimiter.as_bytes()) else {
                return Err(Stop { key: Some(key), wanted: delimiter, offset: at });
            };
            values.push(at..at + found);
            at += found + delimiter.len();
            pair += 1;
            // The same delimiter right behind: padding where `->` says so, otherwise empty values for further keys.
            while bytes[at..].starts_with(delimiter.as_bytes()) {
                if !skip_repeats {
                    if pair == self.pairs.len() {
                        break;
                    }
                    values.push(at..at);
                    pair += 1;
                }
                at += delimiter.len();
            }
        }
        Ok(())
    }

    /// The value of the column at `index` out of the ranges that [`Dissect::cut`] found. `buffer` is used where
    /// values are joined.
    #[must_use]
    pub fn value<'a>(&self, index: usize, text: &'a str, values: &[Range<usize>], buffer: &'a mut String) -> &'a str {
        let column = &self.columns[index];
        let part = |pair: usize| values.get(pair).and_then(|range| text.get(range.clone())).unwrap_or("");
        match column.pairs.as_slice() {
            [one] => part(*one),
            pairs if !column.append => pairs.last().map_or("", |last| part(*last)),
            pairs => {
                buffer.clear();
                for (i, pair) in pairs.iter().enumerate() {
                    if i > 0 {
                        buffer.push_str(&self.separator);
                    }
                    buffer.push_str(part(*pair));
                }
                buffer
            }
        }
    }
}

impl Extractor for Dissect {
    fn columns(&self) -> Vec<(String, DataType)> {
        self.names().map(|name| (name.to_owned(), DataType::Keyword)).collect()
    }

    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column> {
        let Some(cells) = input.cells::<Strings>() else {
            return self.columns.iter().map(|_| Column::nulls(DataType::Keyword, context.rows)).collect();
        };
        let mut builders: Vec<ColumnBuilder> =
            self.columns.iter().map(|_| ColumnBuilder::with_capacity(DataType::Keyword, context.rows)).collect();
        let mut ranges = Vec::with_capacity(self.pairs.len());
        let mut buffer = String::new();
        for row in 0..context.rows {
            for text in cells.row(row) {
                if !self.cut(text, &mut ranges) {
                    continue;
                }
                for (i, builder) in builders.iter_mut().enumerate().filter(|(i, _)| wanted[*i]) {
                    builder.push_str(self.value(i, text, &ranges, &mut buffer));
                }
            }
            builders.iter_mut().for_each(ColumnBuilder::finish_row);
        }
        builders.iter_mut().map(ColumnBuilder::finish).collect()
    }

    fn describe(&self) -> String {
        format!("DISSECT {:?}", self.pattern)
    }
}

/// Where matching stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop<'a> {
    /// The key whose end wasn't found; `None` where the text before the first key is missing.
    pub key: Option<&'a str>,
    /// The literal text that wasn't found.
    pub wanted: &'a str,
    /// The offset in the input from which it was looked for.
    pub offset: usize,
}

fn read_key(key: &str, pattern: &str) -> Result<(String, Modifier, bool), DissectError> {
    let invalid = || DissectError(format!("Invalid pattern for dissect: [{pattern}]"));
    let (body, skip_repeats) = match key.strip_suffix("->") {
        Some(body) => (body, true),
        None => (key, false),
    };
    if body.contains(['*', '&']) {
        return Err(DissectError(format!("Reference keys not supported in dissect patterns: [%{{{key}}}]")));
    }
    if body.is_empty() {
        return Ok((String::new(), Modifier::Skip, skip_repeats));
    }
    // A modifier counts wherever it stands: what comes before it is no part of the name.
    let (modifier, name) = match body.find(['?', '+']).map(|at| body.split_at(at)) {
        Some((_, marked)) if marked.starts_with('?') => (Modifier::Skip, &marked[1..]),
        Some((_, marked)) => match marked[1..].split_once('/') {
            Some((name, place)) => (Modifier::Append(Some(place.parse().map_err(|_| invalid())?)), name),
            None => (Modifier::Append(None), &marked[1..]),
        },
        None => (Modifier::None, body),
    };
    if name.contains(['/', '+', '?']) || (name.is_empty() && modifier != Modifier::Skip) {
        return Err(invalid());
    }
    Ok((name.to_owned(), modifier, skip_repeats))
}

fn columns(keys: &[(String, Modifier)]) -> Vec<ColumnKeys> {
    let mut columns: Vec<ColumnKeys> = Vec::new();
    for (pair, (name, modifier)) in keys.iter().enumerate() {
        if *modifier == Modifier::Skip {
            continue;
        }
        let append = matches!(modifier, Modifier::Append(_));
        match columns.iter_mut().find(|column| column.name == *name) {
            Some(column) => {
                column.pairs.push(pair);
                column.append |= append;
            }
            None => columns.push(ColumnKeys { name: name.clone(), pairs: vec![pair], append }),
        }
    }
    for column in &mut columns {
        // Keys without a number come first, in their own order.
        column.pairs.sort_by_key(|pair| match keys[*pair].1 {
            Modifier::Append(Some(place)) => i64::from(place),
            _ => -1,
        });
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pattern: &str, separator: &str, text: &str) -> Option<Vec<(String, String)>> {
        let dissect = Dissect::new(pattern, separator).unwrap();
        let mut ranges = Vec::new();
        if !dissect.cut(text, &mut ranges) {
            return None;
        }
        let names: Vec<String> = dissect.names().map(str::to_owned).collect();
        let mut buffer = String::new();
        Some(
            names
                .into_iter()
                .enumerate()
                .map(|(i, name)| (name, dissect.value(i, text, &ranges, &mut buffer).to_owned()))
                .collect(),
        )
    }

    fn values(pattern: &str, separator: &str, text: &str) -> Option<Vec<String>> {
        run(pattern, separator, text).map(|pairs| pairs.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn values_are_as_short_as_possible_and_the_last_takes_the_rest() {
        assert_eq!(values("%{a} %{b}", "", "x y z").unwrap(), ["x", "y z"]);
        assert_eq!(values("%{b} %{c} baz", "", "foo bar"), None);
        assert_eq!(values("%{a},%{b},", "", "1,2,rest").unwrap(), ["1", "2"]);
        assert_eq!(values("<%{a}>", "", "<>"), Some(vec![String::new()]));
        assert_eq!(values("<%{a}", "", "<"), None);
    }

    #[test]
    fn a_repeated_delimiter_gives_empty_values_unless_it_is_padding() {
        assert_eq!(values("%{a},%{b},%{c},%{d}", "", "foo,,,").unwrap(), ["foo", "", "", ""]);
        assert_eq!(values("[%{ts}]%{->}[%{level}]", "", "[1998-08-10]   [WARN]").unwrap(), ["1998-08-10", "WARN"]);
        assert_eq!(values("%{a->} %{b}", "", "foo    bar").unwrap(), ["foo", "bar"]);
    }

    #[test]
    fn appended_keys_are_joined_in_their_order() {
        let text = "foo 1 bar 2 baz";
        assert_eq!(values("%{+b} %{c} %{+b} %{d} %{+b}", "", text).unwrap(), ["foobarbaz", "1", "2"]);
        assert_eq!(values("%{+b/3} %{c} %{+b/2} %{d} %{+b/1}", "", text).unwrap()[0], "bazbarfoo");
        assert_eq!(values("%{+b} %{c} %{+b} %{d} %{+b}", ",", text).unwrap()[0], "foo,bar,baz");
        assert_eq!(values("%{b} %{c} %{b}", "", "1 2 3").unwrap(), ["3", "2"]);
    }

    #[test]
    fn bad_patterns_are_refused() {
        for pattern in ["", "no key", "%{?a}", "%{}", "%{a}%{b}", "%{a/2}", "%{+?a}", "%{a", "%{*a} %{&a}"] {
            assert!(Dissect::new(pattern, "").is_err(), "{pattern}");
        }
        let error = Dissect::new("%{*a}", "").unwrap_err();
        assert_eq!(error.to_string(), "Reference keys not supported in dissect patterns: [%{*a}]");
    }

    #[test]
    fn a_modifier_inside_a_key_drops_what_stands_before_it() {
        assert_eq!(values("%{{?name}=%{value}}", "", "{bucket=logs}").unwrap(), ["logs"]);
    }

    #[test]
    fn a_failure_says_how_far_the_pattern_got() {
        let dissect = Dissect::new("{%{a}=%{b},%{c}}", "").unwrap();
        let stop = dissect.cut_until("{x=y", &mut Vec::new()).unwrap_err();
        assert_eq!((stop.key, stop.wanted, stop.offset), (Some("b"), ",", 3));
    }
}
