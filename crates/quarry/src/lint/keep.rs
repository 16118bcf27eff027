use quarry_diagnostics::{Code, Diagnostic};
use quarry_syntax::ast::{CommandKind, Statement};

use super::{Lint, is_aggregating};

/// An alert that holds every column of a document is hard to read, and maps fields that no rule meant to.
pub(super) const LINT: Lint =
    Lint { name: "keep", summary: "A rule should say with KEEP which fields its alerts hold.", run };

fn run(statement: &Statement) -> Option<Diagnostic> {
    let keeps = statement.query.commands.iter().any(|command| matches!(command.kind, CommandKind::Keep(_)));
    if keeps || is_aggregating(statement) {
        return None;
    }
    let message = "the rule has no KEEP, so its alerts hold every field";
    Some(Diagnostic::warning(Code::INVALID_QUERY, statement.query.span, message))
}
