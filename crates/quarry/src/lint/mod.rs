//! What the detection engine wants of a rule's query: one file for each lint, one line in [`ALL`].

mod keep;
mod metadata;

use quarry_diagnostics::Diagnostic;
use quarry_syntax::ast::{CommandKind, Statement};

/// A check of a whole query.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// Its name.
    pub name: &'static str,
    /// What it looks for, and why.
    pub summary: &'static str,
    run: fn(&Statement) -> Option<Diagnostic>,
}

/// Every lint.
pub const ALL: &[Lint] = &[keep::LINT, metadata::LINT];

/// What all lints say of a query.
#[must_use]
pub fn run(statement: &Statement) -> Vec<Diagnostic> {
    ALL.iter().filter_map(|lint| (lint.run)(statement)).collect()
}

/// Whether rows of the result stand for groups of events instead of single ones.
fn is_aggregating(statement: &Statement) -> bool {
    statement
        .query
        .commands
        .iter()
        .any(|command| matches!(&command.kind, CommandKind::Stats { inline: false, groups, .. } if !groups.is_empty()))
}
