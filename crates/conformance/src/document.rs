//! Specifications of our own: documents in which queries stand with their results.
//!
//! A document is Markdown. Each `##` section is a case, and its fenced blocks say what to do:
//!
//! | block | holds |
//! | --- | --- |
//! | `ndjson NAME` | the documents of an index |
//! | `mapping NAME` | the types of its fields, as JSON |
//! | `esql` | the query |
//! | `result` | the table expected; `result unordered` where the order of rows doesn't matter |
//! | `warnings` | the warnings expected, one a line |
//! | `error` | why the query is refused |
//!
//! Documents and mappings above the first case hold for all cases. NOW() is 2026-01-15T09:00:00Z.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use indexmap::IndexMap;
use quarry::diagnostics::render;
use quarry::{QueryResult, Session, Value};

use crate::cell::split;
use crate::guard::{Failure, guarded};
use crate::{HarnessError, data, read, warnings, write};

const NOW: &str = "2026-01-15T09:00:00Z";
const LIMIT: Duration = Duration::from_secs(20);

/// A document with its cases.
#[derive(Clone, Debug, Default)]
pub struct Document {
    lines: Vec<String>,
    shared: Inputs,
    /// The cases, in order.
    pub cases: Vec<Case>,
}

/// The documents and mappings of indices by name.
#[derive(Clone, Debug, Default)]
struct Inputs {
    documents: IndexMap<String, String>,
    mappings: IndexMap<String, String>,
}

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Its heading.
    pub title: String,
    /// The line of its heading, from 1.
    pub line: usize,
    inputs: Inputs,
    query: String,
    unordered: bool,
    expected: Output,
    /// The lines of the expected blocks, or where they would be.
    place: Range<usize>,
}

/// What comes out of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Output {
    /// The header and the rows.
    table: Option<Vec<Vec<String>>>,
    warnings: Vec<String>,
    error: Vec<String>,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// It can't be read, or a block in it isn't closed or known.
    pub fn read(path: &Path) -> Result<Self, HarnessError> {
        Self::parse(&read(path)?).map_err(|(line, reason)| HarnessError::Malformed {
            path: path.to_owned(),
            line,
            reason,
        })
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut document = Document::default();
        let mut at = 0;
        while at < lines.len() {
            if let Some(title) = lines[at].strip_prefix("## ") {
                let title = title.trim().to_owned();
                document.cases.push(Case { title, line: at + 1, ..Case::default() });
            } else if let Some(kind) = lines[at].strip_prefix("```") {
                let close = (at + 1..lines.len()).find(|&i| lines[i].trim() == "```");
                let close = close.ok_or_else(|| (at + 1, "this block isn't closed".to_owned()))?;
                document.block(kind.trim(), &lines[at + 1..close], at..close + 1).map_err(|r| (at + 1, r))?;
                at = close;
            }
            at += 1;
        }
        if let Some(case) = document.cases.iter().find(|case| case.query.is_empty()) {
            return Err((case.line, "this case has no query".to_owned()));
        }
        document.lines = lines;
        Ok(document)
    }

    fn block(&mut self, kind: &str, body: &[String], range: Range<usize>) -> Result<(), String> {
        let (kind, name) = kind.split_once(' ').unwrap_or((kind, ""));
        let inputs = self.cases.last_mut().map_or(&mut self.shared, |case| &mut case.inputs);
        let text = body.iter().map(|line| format!("{line}\n")).collect::<String>();
        match kind {
            "ndjson" => {
                inputs.documents.insert(name.to_owned(), text);
                return Ok(());
            }
            "mapping" => {
                inputs.mappings.insert(name.to_owned(), text);
                return Ok(());
            }
            _ => {}
        }
        let case = self.cases.last_mut().ok_or("this block belongs in a case")?;
        match kind {
            "esql" => {
                case.query = body.join("\n");
                case.place = range.end..range.end;
                return Ok(());
            }
            "result" => {
                case.unordered = name == "unordered";
                case.expected.table = Some(body.iter().map(|line| row_of(line)).collect());
            }
            "warnings" => case.expected.warnings = body.to_vec(),
            "error" => case.expected.error = body.to_vec(),
            other => return Err(format!("no block is called [{other}]")),
        }
        case.place = case.place.start..range.end;
        Ok(())
    }

    /// Runs all cases and tells those whose output isn't as expected.
    ///
    /// # Errors
    /// The inputs of a case can't be used.
    pub fn check(&self) -> Result<Vec<String>, HarnessError> {
        let mut differences = Vec::new();
        for case in &self.cases {
            let actual = self.run(case)?;
            if !case.fits(&actual) {
                let lines = |sign: char, output: &Output| {
                    output.render(case.unordered).iter().map(|line| format!("  {sign} {line}\n")).collect::<String>()
                };
                let (expected, got) = (lines('-', &case.expected), lines('+', &actual));
                differences.push(format!("line {}: {}\n{expected}{got}", case.line, case.title));
            }
        }
        Ok(differences)
    }

    /// Runs all cases and writes the document with their output.
    ///
    /// # Errors
    /// The inputs of a case can't be used, or the file can't be written.
    pub fn accept(&self, path: &Path) -> Result<(), HarnessError> {
        let text = self.accepted()?;
        if text != read(path)? {
            write(path, &text)?;
        }
        Ok(())
    }

    fn accepted(&self) -> Result<String, HarnessError> {
        let mut lines = self.lines.clone();
        // From the end, so that places before stay where they are.
        for case in self.cases.iter().rev() {
            let actual = self.run(case)?;
            if case.fits(&actual) {
                continue;
            }
            let mut output = actual.render(case.unordered);
            // The place begins right behind the query.
            output.insert(0, String::new());
            lines.splice(case.place.clone(), output);
        }
        Ok(lines.join("\n") + "\n")
    }

    fn run(&self, case: &Case) -> Result<Output, HarnessError> {
        let mut inputs = self.shared.clone();
        inputs.documents.extend(case.inputs.documents.clone());
        inputs.mappings.extend(case.inputs.mappings.clone());
        let (engine, folder) = data::open_inline(&inputs.documents, &inputs.mappings)?;
        let now_millis = quarry::parse_time(NOW).unwrap_or_default();
        let session = Session { now_millis, threads: 2, ..Session::default() };
        let query = case.query.clone();
        let outcome = guarded(LIMIT, move || {
            // The files are read until the query is done.
            let _folder = folder;
            let prepared = match session.prepare(&engine, &query) {
                Ok(prepared) => prepared,
                Err(diagnostics) => {
                    let text = render::elasticsearch(&query, &diagnostics);
                    let error = text.lines().filter(|line| !line.starts_with("Found ")).map(str::to_owned).collect();
                    return Output { error, ..Output::default() };
                }
            };
            let mut warnings = warnings::of_analysis(&query, prepared.diagnostics());
            match prepared.collect(&engine) {
                Ok(result) => {
                    warnings.extend(result.summary.warnings.iter().cloned());
                    Output { table: Some(table(&result)), warnings, error: Vec::new() }
                }
                Err(error) => Output { error: vec![error.to_string()], ..Output::default() },
            }
        });
        Ok(outcome.unwrap_or_else(|failure| {
            let error = match failure {
                Failure::Panicked(message) => format!("panic: {message}"),
                Failure::TimedOut => "the query doesn't end".to_owned(),
            };
            Output { error: vec![error], ..Output::default() }
        }))
    }
}

impl Case {
    fn fits(&self, actual: &Output) -> bool {
        let sorted = |output: &Output| {
            let mut output = output.clone();
            if self.unordered
                && let Some((_, rows)) = output.table.as_mut().and_then(|t| t.split_first_mut())
            {
                rows.sort();
            }
            output
        };
        sorted(&self.expected) == sorted(actual)
    }
}

impl Output {
    /// The blocks, with a blank line between two.
    fn render(&self, unordered: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let mut block = |kind: &str, body: Vec<String>| {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(format!("```{kind}"));
            lines.extend(body);
            lines.push("```".to_owned());
        };
        if let Some(table) = &self.table {
            block(if unordered { "result unordered" } else { "result" }, aligned(table));
        }
        if !self.warnings.is_empty() {
            block("warnings", self.warnings.clone());
        }
        if !self.error.is_empty() {
            block("error", self.error.clone());
        }
        lines
    }
}

fn row_of(line: &str) -> Vec<String> {
    split(line, '|').iter().map(|cell| cell.trim().to_owned()).collect()
}

fn aligned(table: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        table.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| format!("{cell}{}", " ".repeat(width(column) - cell.chars().count())))
            .collect();
        cells.join(" | ").trim_end().to_owned()
    };
    table.iter().map(line).collect()
}

fn table(result: &QueryResult) -> Vec<Vec<String>> {
    let header = result.columns.iter().map(|column| format!("{}:{}", column.name, column.data_type)).collect();
    let rows = result.rows().into_iter().map(|row| row.iter().map(show).collect());
    std::iter::once(header).chain(rows).collect()
}

fn show(value: &Value) -> String {
    match value {
        Value::List(values) => format!("[{}]", values.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::String(text) => {
            let text = text.replace('\n', "\\n");
            let doubtful = text.is_empty()
                || text == "null"
                || text.starts_with('[')
                || text.trim() != text
                || text.contains(['|', ',', '"']);
            if doubtful { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\n```ndjson t\n{\"a\":1}\n{\"a\":2}\n```\n\n## One\n\nWords.\n\n```esql\nFROM t | SORT a\n```\n\n\
        ```result\na:long\n1\n2\n```\n\n## Two\n\n```esql\nROW b = \"x, y\", z = 0 | EVAL c = 1 / z\n```\n\n## Three\n\n```esql\nFROM u\n```\n\n```result\nz\n```\n";

    #[test]
    fn outputs_are_checked_and_accepted() {
        let document = Document::parse(TEXT).unwrap();
        assert_eq!(document.cases.len(), 3);
        let differences = document.check().unwrap();
        assert_eq!(differences.len(), 2);
        assert!(differences[0].starts_with("line 22: Two\n  + ```result\n"), "{}", differences[0]);
        let accepted = document.accepted().unwrap();
        assert!(accepted.contains(
            "```\n\n```result\nb:keyword | z:integer | c:integer\n\"x, y\"    | 0         | null\n```\n\n```warnings\n"
        ));
        assert!(accepted.contains("FROM u\n```\n\n```error\nline 1:6: Unknown index [u]"), "{accepted}");
        let again = Document::parse(&accepted).unwrap();
        assert_eq!(again.check().unwrap(), Vec::<String>::new());
        assert_eq!(again.accepted().unwrap(), accepted);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        assert_eq!(Document::parse("## A\n```esql\nROW a = 1\n").unwrap_err().0, 2);
        assert_eq!(Document::parse("## A\n```sql\nROW a = 1\n```\n").unwrap_err().0, 2);
        assert_eq!(Document::parse("## A\n").unwrap_err().0, 1);
    }
}
