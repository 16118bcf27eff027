//! GROK: matches strings against patterns that are put together from named ones.

mod dictionary;
mod ecs;
mod expand;
mod matcher;
mod own;
mod ruby;

use quarry_types::{Column, ColumnBuilder, DataType, Strings};

use super::Extractor;
use crate::{Context, Failure};
pub use dictionary::names as pattern_names;
use matcher::{Groups, Matcher};

/// Compiled patterns, tried in order.
#[derive(Debug)]
pub struct Grok {
    patterns: Vec<String>,
    matchers: Vec<Matcher>,
    /// Sorted by name.
    columns: Vec<(String, DataType)>,
    /// For each matcher, the column that each of its groups feeds.
    targets: Vec<Vec<usize>>,
}

/// Why patterns can't be used. The message is in the reference's wording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GrokError {
    /// The place among the patterns.
    pub pattern: usize,
    message: String,
}

/// A named group.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Capture {
    name: String,
    data_type: DataType,
    /// Whether a decimal number is rounded to 32 bits.
    is_float: bool,
}

impl Capture {
    /// Reads `name` or `name:type`.
    fn named(text: &str) -> Self {
        let (name, kind) = text.rsplit_once(':').unwrap_or((text, ""));
        let data_type = match kind {
            "int" => DataType::Integer,
            "long" => DataType::Long,
            "float" | "double" => DataType::Double,
            "boolean" => DataType::Boolean,
            _ => DataType::Keyword,
        };
        Self { name: name.to_owned(), data_type, is_float: kind == "float" }
    }
}

impl Grok {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// A pattern that can't be used.
    pub fn new(patterns: &[&str]) -> Result<Self, GrokError> {
        let mut matchers: Vec<Matcher> = Vec::with_capacity(patterns.len());
        for (i, pattern) in patterns.iter().enumerate() {
            let expanded = expand::expand(pattern).map_err(|reason| GrokError {
                pattern: i,
                message: format!("Invalid pattern [{pattern}] for grok: {reason}"),
            })?;
            let matcher = Matcher::new(&expanded).map_err(|reason| GrokError {
                pattern: i,
                message: format!("Invalid grok pattern [{pattern}]: [{reason}]"),
            })?;
            matchers.push(matcher);
        }
        let mut columns: Vec<(String, DataType)> = Vec::new();
        for (i, matcher) in matchers.iter().enumerate() {
            for capture in &matcher.captures {
                match columns.iter().find(|(name, _)| *name == capture.name) {
                    Some((_, data_type)) if *data_type == capture.data_type => {}
                    Some((name, _)) => {
                        let message = format!(
                            "Invalid GROK pattern [{}]: the attribute [{name}] is defined multiple times with different types",
                            patterns[i]
                        );
                        return Err(GrokError { pattern: i, message });
                    }
                    None => columns.push((capture.name.clone(), capture.data_type)),
                }
            }
        }
        columns.sort();
        let place = |name: &str| columns.iter().position(|(column, _)| column == name).unwrap_or(0);
        let targets =
            matchers.iter().map(|matcher| matcher.captures.iter().map(|c| place(&c.name)).collect()).collect();
        Ok(Self { patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(), matchers, columns, targets })
    }

    /// Pushes what the first pattern that matches `text` captures.
    fn take(&self, text: &str, groups: &mut Groups, wanted: &[bool], out: &mut [ColumnBuilder]) -> Result<(), Failure> {
        let mut failure = None;
        for (i, matcher) in self.matchers.iter().enumerate() {
            match matcher.find(text, i, groups) {
                Ok(false) => continue,
                Ok(true) => {
                    for (group, range) in groups.ranges.iter().enumerate() {
                        let (Some(range), Some(target)) = (range, self.targets[i].get(group)) else { continue };
                        if !wanted.get(*target).copied().unwrap_or(true) {
                            continue;
                        }
                        let value = text.get(range.clone()).unwrap_or_default();
                        if let Err(reason) = push(&matcher.captures[group], value, &mut out[*target]) {
                            failure = failure.or(Some(reason));
                        }
                    }
                    break;
                }
                Err(_) => {
                    let message = format!("the pattern [{}] takes too long on this value", self.patterns[i]);
                    failure = failure.or(Some(Failure::illegal_argument(message)));
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }
}

/// Pushes a captured text as a value of the capture's type.
fn push(capture: &Capture, text: &str, out: &mut ColumnBuilder) -> Result<(), Failure> {
    let not_a_number = || Failure {
        class: "java.lang.NumberFormatException",
        message: match text {
            "" => "empty String".to_owned(),
            text => format!("For input string: \"{text}\""),
        },
    };
    match capture.data_type {
        DataType::Integer => out.push_i32(text.parse().map_err(|_| not_a_number())?),
        DataType::Long => out.push_i64(text.parse().map_err(|_| not_a_number())?),
        DataType::Double => {
            let number = if capture.is_float {
                text.trim().parse::<f32>().map(f64::from).ok()
            } else {
                text.trim().parse::<f64>().ok()
            };
            out.push_f64(number.filter(|number| number.is_finite()).ok_or_else(not_a_number)?);
        }
        DataType::Boolean => out.push_bool(text.eq_ignore_ascii_case("true")),
        _ => out.push_str(text),
    }
    Ok(())
}

impl Extractor for Grok {
    fn columns(&self) -> Vec<(String, DataType)> {
        self.columns.clone()
    }

    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column> {
        let Some(cells) = input.cells::<Strings>() else {
            return self.columns.iter().map(|(_, t)| Column::nulls(*t, context.rows)).collect();
        };
        let mut builders: Vec<ColumnBuilder> =
            self.columns.iter().map(|(_, t)| ColumnBuilder::with_capacity(*t, context.rows)).collect();
        let mut groups = Groups::default();
        for row in 0..context.rows {
            for text in cells.row(row) {
                if let Err(failure) = self.take(text, &mut groups, wanted, &mut builders) {
                    context.warn(&failure);
                }
            }
            builders.iter_mut().for_each(ColumnBuilder::finish_row);
        }
        builders.iter_mut().map(ColumnBuilder::finish).collect()
    }

    fn describe(&self) -> String {
        let patterns: Vec<String> = self.patterns.iter().map(|pattern| format!("{pattern:?}")).collect();
        format!("GROK {}", patterns.join(", "))
    }
}

#[cfg(test)]
mod tests;
