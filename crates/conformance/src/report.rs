//! Sums up the outcomes of tests.

use std::fmt::Write;

use indexmap::IndexMap;

use crate::known::{Known, first_line};
use crate::run::Outcome;
use crate::spec::Spec;

/// How many tests ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// As they should.
    pub passed: usize,
    /// Not as they should.
    pub failed: usize,
    /// Those whose data isn't here.
    pub no_data: usize,
    /// Those that aren't to be run.
    pub ignored: usize,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Ignored => self.ignored += 1,
            Outcome::NoData(_) => self.no_data += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }

    fn line(&self, name: &str) -> String {
        let mut line = format!("{name:<24} {:>4}/{:<4}", self.passed, self.passed + self.failed);
        if self.no_data > 0 {
            let _ = write!(line, "  {} without data", self.no_data);
        }
        if self.ignored > 0 {
            let _ = write!(line, "  {} ignored", self.ignored);
        }
        line.trim_end().to_owned()
    }
}

/// The counts of all outcomes.
#[must_use]
pub fn total(results: &[(&Spec, &Outcome)]) -> Counts {
    let mut counts = Counts::default();
    results.iter().for_each(|(_, outcome)| counts.add(outcome));
    counts
}

/// The report: per file how many tests passed, and the failures; all of each with `verbose`.
#[must_use]
pub fn report(results: &[(&Spec, &Outcome)], known: &Known, verbose: bool) -> String {
    let mut files: IndexMap<&str, (Counts, String)> = IndexMap::new();
    for (spec, outcome) in results {
        let (counts, text) = files.entry(&spec.file).or_default();
        counts.add(outcome);
        if let Outcome::Failed(fault) = outcome {
            let listed = if known.contains_key(&spec.id()) { "" } else { " (new)" };
            let _ = writeln!(text, "  {}:{} {}{listed}", spec.file, spec.line, spec.name);
            if verbose {
                for line in spec.query.lines() {
                    let _ = writeln!(text, "      > {line}");
                }
                for line in fault.detail.lines() {
                    let _ = writeln!(text, "      {line}");
                }
            } else {
                let _ = writeln!(text, "      {}", first_line(&fault.detail));
            }
        }
    }
    let mut out = String::new();
    for (file, (counts, text)) in &files {
        let _ = write!(out, "{}\n{text}", counts.line(file));
    }
    let _ = writeln!(out, "{}", total(results).line("all"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Fault, Kind};

    #[test]
    fn files_are_counted_and_failures_named() {
        let specs = crate::spec::parse("f", "a\nROW x=1;\nx:i\n;\nb\nROW x=1;\nx:i\n;\n").unwrap();
        let failed = Outcome::Failed(Fault { kind: Kind::Timeout, detail: "slow\nvery".into() });
        let results = [(&specs[0], &Outcome::Passed), (&specs[1], &failed)];
        let text = report(&results, &Known::new(), false);
        assert_eq!(
            text,
            "f                           1/2\n  f:5 b (new)\n      slow\nall                         1/2\n"
        );
    }
}
