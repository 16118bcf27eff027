use quarry_diagnostics::{Code, Diagnostic};
use quarry_syntax::ast::{CommandKind, From, Query, Statement, Target};

use super::{Lint, is_aggregating};

/// Without the document's identity the detection engine can't tell that an event alerted before.
pub(super) const LINT: Lint = Lint {
    name: "metadata",
    summary: "A query without STATS ... BY has to ask for METADATA _id, _version, _index, or overlapping runs alert twice.",
    run,
};

const WANTED: [&str; 3] = ["_id", "_version", "_index"];

fn run(statement: &Statement) -> Option<Diagnostic> {
    let first = statement.query.commands.first()?;
    let CommandKind::From(from) = &first.kind else { return None };
    if is_aggregating(statement) {
        return None;
    }
    let missing: Vec<&str> = WANTED.into_iter().filter(|name| lacks(from, name)).collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!("a rule without STATS ... BY needs METADATA {}", missing.join(", "));
    Some(
        Diagnostic::warning(Code::INVALID_QUERY, first.span, message)
            .with_help("without it the same event alerts again in every overlapping run"),
    )
}

/// Whether rows come out that don't have the metadata field: what FROM asks for doesn't reach into its subqueries.
fn lacks(from: &From, name: &str) -> bool {
    let asked = from.metadata.iter().any(|ident| ident.text == name);
    from.targets.iter().any(|target| match target {
        Target::Index(_) => !asked,
        Target::Subquery(query) => query_lacks(query, name),
    })
}

fn query_lacks(query: &Query, name: &str) -> bool {
    match query.commands.first().map(|command| &command.kind) {
        Some(CommandKind::From(from)) => lacks(from, name),
        _ => false,
    }
}
