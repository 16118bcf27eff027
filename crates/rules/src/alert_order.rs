//! In which order rules run that read the alerts of others.

use quarry::functions::text::wildcard::Wildcard;
use quarry::syntax::ast::{BinaryOp, Command, CommandKind, Expr, ExprKind, Literal, Query, Target, UnaryOp};

use crate::Rule;
use crate::sources::reads_alerts;
use crate::trace::reads::{children, string};

/// Rules by what has to run before them.
#[derive(Debug, Default)]
pub struct AlertOrder {
    /// First the rules that read no alerts. Each later level reads the alerts of those before it.
    pub levels: Vec<Vec<Rule>>,
    /// The names of rules that wait for each other's alerts, or for their own. They are the last level.
    pub cyclic: Vec<String>,
}

/// Puts rules in order. A rule over alerts comes after the rules that its conditions name, by name or id; one that names
/// none reads the alerts of the rules that read none.
#[must_use]
pub fn alert_order(rules: &[Rule]) -> AlertOrder {
    let (mut left, first): (Vec<Rule>, Vec<Rule>) = rules.iter().cloned().partition(|rule| reads_alerts(&rule.query));
    let mut order = AlertOrder { levels: vec![first], cyclic: Vec::new() };
    while !left.is_empty() {
        let waits = |rule: &Rule| {
            let wanted = wanted(&rule.query);
            left.iter().any(|other| wanted.iter().any(|wanted| wanted.is(other)))
        };
        let is_waiting: Vec<bool> = left.iter().map(waits).collect();
        if is_waiting.iter().all(|waits| *waits) {
            order.cyclic = left.iter().map(|rule| rule.metadata.name.clone()).collect();
            order.levels.push(left);
            break;
        }
        let mut waiting = is_waiting.into_iter();
        let (later, now): (Vec<Rule>, Vec<Rule>) = left.into_iter().partition(|_| waiting.next() == Some(true));
        order.levels.push(now);
        left = later;
    }
    order
}

/// A text that a condition wants.
enum Wanted {
    Exactly(String),
    Like(String),
}

impl Wanted {
    fn is(&self, rule: &Rule) -> bool {
        let metadata = &rule.metadata;
        match self {
            Wanted::Exactly(text) => *text == metadata.name || *text == metadata.rule_id,
            Wanted::Like(pattern) => Wildcard::new(pattern).is_ok_and(|pattern| pattern.matches(&metadata.name)),
        }
    }
}

/// The texts that the conditions of a query want; not those that they exclude.
fn wanted(text: &str) -> Vec<Wanted> {
    let parsed = quarry::syntax::parse(text);
    let mut found = Vec::new();
    query(&parsed.statement.query, &mut found);
    found
}

fn query(query: &Query, found: &mut Vec<Wanted>) {
    commands(&query.commands, found);
}

fn commands(commands: &[Command], found: &mut Vec<Wanted>) {
    for command in commands {
        match &command.kind {
            CommandKind::Where(condition) => walk(condition, true, found),
            CommandKind::From(from) => {
                for target in &from.targets {
                    if let Target::Subquery(inner) = target {
                        query(inner, found);
                    }
                }
            }
            CommandKind::Fork(branches) => branches.iter().for_each(|branch| self::commands(branch, found)),
            _ => {}
        }
    }
}

fn walk(expr: &Expr, wants: bool, found: &mut Vec<Wanted>) {
    match &expr.kind {
        ExprKind::Unary { op: UnaryOp::Not, operand } => walk(operand, !wants, found),
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right, .. } => {
            walk(left, !wants, found);
            walk(right, !wants, found);
        }
        ExprKind::In { negated: true, list, .. } => list.iter().for_each(|item| walk(item, !wants, found)),
        ExprKind::Like { negated, regex: false, patterns, .. } => {
            let patterns = patterns.iter().filter(|_| wants != *negated).filter_map(string);
            found.extend(patterns.map(|pattern| Wanted::Like(pattern.to_owned())));
        }
        ExprKind::Literal(Literal::String(_)) if wants => {
            found.extend(string(expr).map(|text| Wanted::Exactly(text.to_owned())));
        }
        _ => children(expr).into_iter().for_each(|child| walk(child, wants, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rule;

    fn named(name: &str, query: &str) -> Rule {
        Rule { query: query.to_owned(), ..rule(&format!("name = \"{name}\"\nrule_id = \"id-{name}\"")) }
    }

    fn levels(rules: &[Rule]) -> (Vec<Vec<String>>, Vec<String>) {
        let order = alert_order(rules);
        let names = |rules: &Vec<Rule>| rules.iter().map(|rule| rule.metadata.name.clone()).collect();
        (order.levels.iter().map(names).collect(), order.cyclic)
    }

    #[test]
    fn a_rule_comes_after_those_that_it_names() {
        let rules = [
            named("third", "FROM .alerts-security.* | WHERE kibana.alert.rule.name IN (\"second\", \"x\")"),
            named("second", "FROM .alerts-security.* | WHERE kibana.alert.rule.rule_id == \"id-first\""),
            named("fourth", "FROM .alerts-security.* | WHERE kibana.alert.rule.name LIKE \"thi*\""),
            named("first", "FROM .alerts-security.* | STATS COUNT(*)"),
            named("events", "FROM logs-*"),
        ];
        let (levels, cyclic) = levels(&rules);
        assert_eq!(levels, [vec!["events"], vec!["first"], vec!["second"], vec!["third"], vec!["fourth"]]);
        assert!(cyclic.is_empty());
    }

    #[test]
    fn what_is_excluded_is_not_waited_for() {
        let rules = [
            named("a", "FROM .alerts-security.* | WHERE kibana.alert.rule.name != \"b\""),
            named("b", "FROM .alerts-security.* | WHERE NOT kibana.alert.rule.name IN (\"a\", \"b\")"),
            named("c", "FROM .alerts-security.* | WHERE kibana.alert.rule.name NOT LIKE \"*\""),
        ];
        assert_eq!(levels(&rules), (vec![vec![], vec!["a".into(), "b".into(), "c".into()]], vec![]));
    }

    #[test]
    fn rules_that_wait_for_each_other_are_told() {
        let rules = [
            named("a", "FROM .alerts-security.* | WHERE kibana.alert.rule.name == \"b\""),
            named("b", "FROM .alerts-security.* | WHERE kibana.alert.rule.name == \"a\""),
            named("events", "FROM logs-*"),
        ];
        let (levels, cyclic) = levels(&rules);
        assert_eq!(levels, [vec!["events"], vec!["a", "b"]]);
        assert_eq!(cyclic, ["a", "b"]);
    }
}
