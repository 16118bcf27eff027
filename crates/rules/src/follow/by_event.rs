//! Which rules look at single events and which at windows.

use quarry::syntax::ast::{Command, CommandKind, Expr, ExprKind, Target};

/// Whether each row of the query depends on one event alone.
pub(super) fn is_by_event(query: &str) -> bool {
    let parsed = quarry::syntax::parse(query);
    by_event(&parsed.statement.query.commands)
}

fn by_event(commands: &[Command]) -> bool {
    commands.iter().all(|command| match &command.kind {
        CommandKind::Stats { .. }
        | CommandKind::Limit { .. }
        | CommandKind::Sample(_)
        | CommandKind::ChangePoint { .. }
        | CommandKind::Dedup
        | CommandKind::Distinct => false,
        CommandKind::Where(condition) => !asks_a_query(condition),
        CommandKind::Fork(branches) => branches.iter().all(|branch| by_event(branch)),
        CommandKind::From(from) => from.targets.iter().all(|target| match target {
            Target::Index(_) => true,
            Target::Subquery(query) => by_event(&query.commands),
        }),
        _ => true,
    })
}

/// Whether a condition looks into the rows of a query of its own.
fn asks_a_query(condition: &Expr) -> bool {
    matches!(condition.kind, ExprKind::InSubquery { .. })
        || crate::trace::reads::children(condition).into_iter().any(asks_a_query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_over_groups_and_first_rows_have_windows() {
        assert!(is_by_event("FROM a | WHERE x == 1 | EVAL y = 2 | SORT y | KEEP y"));
        assert!(is_by_event("FROM a | FORK (WHERE a == 1) (WHERE b == 1)"));
        for query in [
            "FROM a | STATS n = COUNT(*)",
            "FROM a | INLINE STATS n = COUNT(*)",
            "FROM a | LIMIT 3",
            "FROM a | WHERE x IN (FROM b)",
        ] {
            assert!(!is_by_event(query), "{query}");
        }
        assert!(!is_by_event("FROM a, (FROM b | LIMIT 1)"));
    }
}
