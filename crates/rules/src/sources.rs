//! The indices that a query reads.

use quarry::syntax::ast::{CommandKind, Query, Target};

/// The index patterns of every FROM, those of subqueries included, each once.
#[must_use]
pub(crate) fn indices(text: &str) -> Vec<String> {
    let parsed = quarry::syntax::parse(text);
    let mut found = Vec::new();
    collect(&parsed.statement.query, &mut found);
    found
}

fn collect(query: &Query, found: &mut Vec<String>) {
    for command in &query.commands {
        let CommandKind::From(from) = &command.kind else { continue };
        for target in &from.targets {
            match target {
                Target::Index(pattern) => {
                    for part in pattern.text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                        if !found.iter().any(|known| known == part) {
                            found.push(part.to_owned());
                        }
                    }
                }
                Target::Subquery(query) => collect(query, found),
            }
        }
    }
}

/// Whether the query reads alerts.
#[must_use]
pub(crate) fn reads_alerts(text: &str) -> bool {
    indices(text).iter().any(|pattern| pattern.trim_start_matches('-').starts_with(".alerts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_found_in_every_from() {
        assert_eq!(indices("FROM a-*, b METADATA _id | WHERE x == 1"), ["a-*", "b"]);
        assert_eq!(indices("FROM (FROM c | LIMIT 1), d"), ["c", "d"]);
        assert!(reads_alerts("from .alerts-security.*, logs-okta.system-*"));
        assert!(!reads_alerts("FROM logs-*"));
    }
}
