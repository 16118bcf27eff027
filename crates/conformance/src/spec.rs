//! Reads csv-spec files: tests with a name, a query, the warnings expected and the table expected.

use std::path::Path;

use crate::HarnessError;
use crate::cell::{self, Cell, split};

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The file it is in, without extension.
    pub file: String,
    /// Its name.
    pub name: String,
    /// The line of its name, from 1.
    pub line: usize,
    ignored: bool,
    /// The query.
    pub query: String,
    /// The warnings expected.
    pub warnings: Vec<Expected>,
    /// Whether rows may come in any order.
    pub ignore_order: bool,
    /// The names and types of the columns.
    pub columns: Vec<(String, String)>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A warning that is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This text; all texts expected must come.
    Text(String),
    /// Texts in which this regular expression is found may come.
    Pattern(String),
}

impl Spec {
    /// `file.name`, which no two tests share.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}.{}", self.file, self.name)
    }

    /// Whether the test says of itself that it isn't to be run.
    #[must_use]
    pub fn ignored(&self) -> bool {
        self.ignored
    }
}

/// Reads the file at `path`.
///
/// # Errors
/// It can't be read, or isn't a csv-spec file.
pub fn read(path: &Path) -> Result<Vec<Spec>, HarnessError> {
    let file = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    parse(&file, &crate::read(path)?).map_err(|(line, reason)| HarnessError::Malformed {
        path: path.to_owned(),
        line,
        reason,
    })
}

/// What has been read of a test.
#[derive(Default)]
struct Open {
    spec: Option<Spec>,
    query: Vec<String>,
    in_result: bool,
}

/// Reads the text of a file.
///
/// # Errors
/// The line, from 1, and what is wrong there.
pub fn parse(file: &str, text: &str) -> Result<Vec<Spec>, (usize, String)> {
    let mut specs = Vec::new();
    let mut open = Open::default();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with("//") || trimmed.starts_with('#') {
            continue;
        }
        let Some(spec) = &mut open.spec else {
            open.spec = Some(begin(file, trimmed, index + 1));
            continue;
        };
        if !open.in_result {
            if open.query.is_empty() && is_directive(trimmed) {
                continue;
            }
            match (trimmed.strip_suffix("\\;"), trimmed.strip_suffix(';')) {
                (Some(_), _) => open.query.push(trimmed.replace("\\;", ";")),
                (None, Some(_)) if spec.ignored() && open.query.iter().any(|line| is_table(line)) => {
                    // Nobody runs it, so nobody sees that its query doesn't end.
                    specs.extend(open.spec.take());
                    open = Open::default();
                }
                (None, Some(_)) => {
                    open.query.push(trimmed.trim_end_matches(';').trim_end().to_owned());
                    spec.query = std::mem::take(&mut open.query).join("\n").trim_end().to_owned();
                    open.in_result = true;
                }
                // Places in warnings count without the indentation.
                (None, None) => open.query.push(trimmed.to_owned()),
            }
        } else if trimmed.starts_with(';') {
            specs.extend(open.spec.take());
            open = Open::default();
        } else if let Some(text) = option(trimmed, "warning") {
            // Where engines differ, a second text is what is expected of one that has no index.
            let emulated = text.split_once("#[Emulated:").and_then(|(_, rest)| rest.strip_suffix(']'));
            spec.warnings.push(Expected::Text(emulated.unwrap_or(text).to_owned()));
        } else if let Some(pattern) = option(trimmed, "warningregex") {
            spec.warnings.push(Expected::Pattern(pattern.to_owned()));
        } else if let Some(flag) = option(trimmed, "ignoreorder") {
            spec.ignore_order = flag.eq_ignore_ascii_case("true");
        } else if spec.columns.is_empty() {
            spec.columns = header(trimmed).map_err(|reason| (index + 1, reason))?;
        } else {
            let row: Vec<Cell> = split(line, '|').iter().map(|cell| Cell::parse(cell)).collect();
            if row.len() != spec.columns.len() {
                let reason = format!("{} cells under {} columns", row.len(), spec.columns.len());
                return Err((index + 1, reason));
            }
            spec.rows.push(row);
        }
    }
    match open.spec {
        Some(spec) => Err((spec.line, format!("the test {} doesn't end", spec.name))),
        None => Ok(specs),
    }
}

fn begin(file: &str, name: &str, line: usize) -> Spec {
    // A note on versions may follow the name.
    let (name, versions) = name.split_once('#').unwrap_or((name, ""));
    Spec {
        file: file.to_owned(),
        name: name.trim().to_owned(),
        line,
        ignored: name.ends_with("-Ignore") || versions.starts_with("[skip:-9.99"),
        query: String::new(),
        warnings: Vec::new(),
        ignore_order: false,
        columns: Vec::new(),
        rows: Vec::new(),
    }
}

/// Whether a line above a query is about versions and the like: `some_word: ...`.
fn is_directive(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_alphabetic() || c == '_'))
}

/// Whether a line is the header of a table.
fn is_table(line: &str) -> bool {
    !line.trim().starts_with('|')
        && header(line).is_ok_and(|columns| columns.iter().all(|(_, data_type)| cell::data_type(data_type).is_some()))
}

/// What follows `NAME:` in a line that begins with it, whatever the case.
fn option<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, rest) = line.split_once(':')?;
    key.trim().eq_ignore_ascii_case(name).then(|| rest.trim())
}

fn header(line: &str) -> Result<Vec<(String, String)>, String> {
    split(line, '|')
        .iter()
        .map(|cell| {
            let (name, data_type) = cell.rsplit_once(':').ok_or_else(|| format!("no type in [{}]", cell.trim()))?;
            let name = name.trim();
            let name = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).map_or_else(
                || name.replace("\\|", "|").replace("\\,", ",").replace("\\[", "[").replace("\\]", "]"),
                |inner| inner.replace("\"\"", "\""),
            );
            Ok((name, data_type.trim().trim_end_matches('"').to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r"// Two tests.

countPlanets#[skip:-1.2.99, reason:older]
required_capability: telescopes
// tag::x[]
FROM planets
  | STATS n = COUNT(*) BY kind
// end::x[]
;
warning:Line 2:1: cloudy#[Emulated:Line 2:3: no telescope]
warningRegex:Line 2:3: .*
ignoreOrder:true

n:long | kind:keyword
4      | rock
// between rows
4      | [gas, i\|ce]
null   | null
;

noRows
SET zone = 1\;
ROW a = 1 | WHERE false;

a:integer
;
";

    #[test]
    fn tests_are_read_with_all_their_parts() {
        let specs = parse("sky", TEXT).unwrap();
        assert_eq!(specs.len(), 2);
        let first = &specs[0];
        assert_eq!((first.id().as_str(), first.line), ("sky.countPlanets", 3));
        assert_eq!(first.query, "FROM planets\n| STATS n = COUNT(*) BY kind");
        assert_eq!(
            first.warnings,
            [Expected::Text("Line 2:3: no telescope".into()), Expected::Pattern("Line 2:3: .*".into())]
        );
        assert!(first.ignore_order);
        assert_eq!(first.columns, [("n".into(), "long".into()), ("kind".into(), "keyword".into())]);
        assert_eq!(first.rows[1], [Cell::One("4".into()), Cell::Many(vec!["gas".into(), "i|ce".into()])]);
        assert_eq!(first.rows[2], [Cell::Null, Cell::Null]);
        assert_eq!(specs[1].query, "SET zone = 1;\nROW a = 1 | WHERE false");
        assert!(specs[1].rows.is_empty());
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        assert_eq!(parse("x", "a\nROW b = 1;\nb:integer\n1 | 2\n;\n").unwrap_err().0, 4);
        assert_eq!(parse("x", "a\nROW b = 1;\nb\n;\n").unwrap_err().0, 3);
        assert_eq!(parse("x", "a\nROW b = 1;\nb:integer\n").unwrap_err().0, 1);
        let unended = parse("x", "a-Ignore\nROW b = 1\nb:integer\n1\n;\nc\nROW b = 1;\nb:i\n;\n").unwrap();
        assert_eq!(unended[1].name, "c");
        assert!(parse("x", "later-Ignore\nROW b = 1;\nb:integer\n;\n").unwrap()[0].ignored());
    }
}
