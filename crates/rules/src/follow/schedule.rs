//! Which rules look at single events and which at windows, and when those are over.

use quarry::syntax::ast::{Command, CommandKind, Expr, ExprKind, Target};

use crate::Rule;

const MINUTE: i64 = 60_000;

/// A rule's windows: every `interval` milliseconds, `look_back` long, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    pub(super) interval: i64,
    pub(super) look_back: i64,
}

impl Windows {
    /// What the rule's file says, or the reference's default: every 5 minutes, 6 minutes back.
    pub(super) fn of(rule: &Rule) -> Result<Self, String> {
        let field = |name: &str| rule.metadata.fields.get(name).and_then(|value| value.as_str());
        let interval = match field("interval") {
            None => Some(5 * MINUTE),
            Some(text) => millis(text),
        };
        let look_back = match field("from") {
            None => Some(6 * MINUTE),
            Some(text) => text.trim().strip_prefix("now-").and_then(|text| millis(text.split('/').next()?)),
        };
        match (interval, look_back) {
            (Some(interval), Some(look_back)) if interval > 0 && look_back > 0 => Ok(Self { interval, look_back }),
            _ => Err("interval has to be a span such as 5m, and from a time such as now-9m".to_owned()),
        }
    }

    /// The first end of a window at `time` or after it.
    pub(super) fn end_at(&self, time: i64) -> i64 {
        time.div_euclid(self.interval) * self.interval
            + if time.rem_euclid(self.interval) == 0 { 0 } else { self.interval }
    }
}

/// `90s`, `5m`, `1h`, `7d` in milliseconds.
pub fn millis(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1000,
        "m" => MINUTE,
        "h" | "H" => 60 * MINUTE,
        "d" => 24 * 60 * MINUTE,
        "w" => 7 * 24 * 60 * MINUTE,
        _ => return None,
    };
    digits.trim().parse::<i64>().ok()?.checked_mul(unit)
}

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

    #[test]
    fn windows_end_on_the_interval() {
        let windows = Windows { interval: 10, look_back: 15 };
        assert_eq!([windows.end_at(0), windows.end_at(1), windows.end_at(-1)], [0, 10, 0]);
        assert_eq!(millis("90s"), Some(90_000));
        assert_eq!(millis("x"), None);
    }
}
