//! The list of tests that are known to fail, with reasons.
//!
//! One line a test: `file.name`, two blanks, the reason. A name may have single blanks in it. Lines that begin with `#` are comments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::compare::Difference;
use crate::run::{Fault, Kind, Outcome};
use crate::spec::Spec;
use crate::{HarnessError, read, write};

/// Tests that are known to fail: reasons by `file.name`.
pub type Known = BTreeMap<String, String>;

/// What stands at the top of the list.
const HEAD: &str = "\
# Tests of the csv-spec files that are known to fail, each with the reason.
# `cargo run -p quarry-conformance -- --accept` writes this list anew; reasons written by hand are kept.
";

/// Commands that may be the reason of a failure.
const COMMANDS: [&str; 7] = ["FORK", "FUSE", "CHANGE_POINT", "SAMPLE", "COMPLETION", "RERANK", "PROMQL"];

/// Reasons that are written when nobody has written a better one.
const GENERATED: [&str; 10] = [
    "is refused",
    "ends with an error",
    "panics",
    "takes too long",
    "other warnings",
    "other columns",
    "other types of columns",
    "more or fewer rows",
    "other values",
    "other order of rows",
];

/// Where the list is.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("known_failures.txt")
}

/// Reads the list; a missing one is empty.
///
/// # Errors
/// It can't be read.
pub fn load(path: &Path) -> Result<Known, HarnessError> {
    let text = if path.exists() { read(path)? } else { String::new() };
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        // Names may hold single blanks; two end them.
        .map(|line| line.split_once("  ").unwrap_or((line, "")))
        .map(|(id, reason)| (id.to_owned(), reason.trim().to_owned()))
        .collect())
}

/// Writes the list anew from the outcomes. Reasons written by hand stay while their tests fail.
///
/// # Errors
/// It can't be written.
pub fn accept(path: &Path, known: &Known, results: &[(&Spec, &Outcome)]) -> Result<(), HarnessError> {
    let mut lines = known.clone();
    for (spec, outcome) in results {
        match outcome {
            Outcome::Failed(fault) => {
                let line = lines.entry(spec.id()).or_default();
                if line.is_empty() || GENERATED.contains(&line.as_str()) || line.starts_with("uses ") {
                    *line = reason(spec, fault);
                }
            }
            _ => {
                lines.remove(&spec.id());
            }
        }
    }
    let mut text = String::from(HEAD);
    for (id, reason) in &lines {
        text.push_str(&format!("{id}  {reason}\n"));
    }
    write(path, &text)
}

/// The results that contradict the list: tests that fail and aren't on it, and tests that pass and are.
#[must_use]
pub fn surprises(known: &Known, results: &[(&Spec, &Outcome)]) -> Vec<String> {
    results
        .iter()
        .filter_map(|(spec, outcome)| {
            let id = spec.id();
            match (outcome, known.contains_key(&id)) {
                (Outcome::Failed(fault), false) => Some(format!("- {id} fails: {}", first_line(&fault.detail))),
                (Outcome::Passed, true) => Some(format!("+ {id} passes, and is on the list")),
                _ => None,
            }
        })
        .collect()
}

/// A reason in few words.
#[must_use]
pub fn reason(spec: &Spec, fault: &Fault) -> String {
    if fault.kind == Kind::Refused {
        let query = spec.query.to_ascii_uppercase();
        let uses = |command: &&&str| query.split('|').any(|step| step.trim_start().starts_with(**command));
        if let Some(command) = COMMANDS.iter().find(|c| uses(c)) {
            return format!("uses {command}");
        }
    }
    GENERATED[match fault.kind {
        Kind::Refused => 0,
        Kind::Broken => 1,
        Kind::Panic => 2,
        Kind::Timeout => 3,
        Kind::Warnings => 4,
        Kind::Result(Difference::Columns) => 5,
        Kind::Result(Difference::Types) => 6,
        Kind::Result(Difference::Count) => 7,
        Kind::Result(Difference::Values) => 8,
        Kind::Result(Difference::Order) => 9,
    }]
    .to_owned()
}

/// The first line that says something.
#[must_use]
pub fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("Found ")).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_follows_the_outcomes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known.txt");
        let specs = crate::spec::parse("f", "a c\nROW x=1 | FORK (LIMIT 1);\nx:i\n;\nb\nROW x=1;\nx:i\n;\n").unwrap();
        let failed = Outcome::Failed(Fault { kind: Kind::Refused, detail: "Found 1 problem\nline 1:1: no".into() });
        assert_eq!(surprises(&Known::new(), &[(&specs[0], &failed)]), ["- f.a c fails: line 1:1: no"]);
        let known = Known::from([("f.b".to_owned(), "why".to_owned()), ("g.c".to_owned(), "other".to_owned())]);
        let results = [(&specs[0], &failed), (&specs[1], &Outcome::Passed)];
        assert_eq!(surprises(&known, &results).len(), 2);
        accept(&path, &known, &results).unwrap();
        let known = load(&path).unwrap();
        assert_eq!(
            known.into_iter().collect::<Vec<_>>(),
            [("f.a c".to_owned(), "uses FORK".to_owned()), ("g.c".to_owned(), "other".to_owned())]
        );
    }
}
