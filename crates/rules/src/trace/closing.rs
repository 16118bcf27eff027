//! The sentence at the end: whether the query gives a row, and why or why not.

use std::collections::HashSet;

use quarry::diagnostics::{LineIndex, Span};
use quarry::syntax::ast::{Command, CommandKind, Expr, ExprKind, Literal};

use super::condition::{Condition, Truth};
use super::{Outcome, Stage, Trace, group, reads};

/// The trace of an event that the query doesn't read.
pub(super) fn not_read(pattern: &str, indices: &[String]) -> Trace {
    let closing = match indices {
        [] => "It gives no row: there is no event to read.".to_owned(),
        [one] => format!("It gives no row: the event is in the index [{one}], and the query reads [{pattern}]."),
        several => {
            format!("It gives no row: the events are in [{}], and the query reads [{pattern}].", several.join(", "))
        }
    };
    let note = "give the event another index with --event INDEX=FILE".to_owned();
    Trace { stages: Vec::new(), outcome: Outcome::NotRead, closing, notes: vec![note] }
}

/// The trace that these stages are.
pub(super) fn close(stages: Vec<Stage>, query: &str, events: usize) -> Trace {
    let lines = LineIndex::new(query);
    let parsed = quarry::syntax::parse(query);
    let reader = Reader { lines, query, commands: &parsed.statement.query.commands, events };
    let (outcome, closing) = match stages.last() {
        None => (Outcome::Rows(0), "The query has no stage.".to_owned()),
        Some(last) if last.rows_out > 0 => {
            let rows = if last.rows_out == 1 { "one row".to_owned() } else { format!("{} rows", last.rows_out) };
            let through =
                if stages.len() == 1 { "its only stage".to_owned() } else { format!("all {} stages", stages.len()) };
            (Outcome::Rows(last.rows_out), format!("It alerts: {rows} came through {through}."))
        }
        Some(last) => match reader.end(last) {
            End { clause, too_few: Some(stage) } => {
                (Outcome::TooFew { stage }, format!("It doesn't alert by itself: {clause}."))
            }
            End { clause, too_few: None } => {
                (Outcome::Dropped { stage: last.span }, format!("It doesn't alert: {clause}."))
            }
        },
    };
    Trace { stages, outcome, closing, notes: Vec::new() }
}

/// Why no row is left behind a stage.
struct End {
    clause: String,
    /// The stage of a condition on aggregates, where only that is missing.
    too_few: Option<Span>,
}

struct Reader<'a> {
    lines: LineIndex<'a>,
    query: &'a str,
    commands: &'a [Command],
    events: usize,
}

impl Reader<'_> {
    fn end(&self, stage: &Stage) -> End {
        let place = format!("{} in line {}", stage.keyword, self.lines.position(stage.span.start).line);
        let inner: Vec<End> = stage.branches.iter().filter_map(|branch| Some(self.end(branch.last()?))).collect();
        if !inner.is_empty() {
            let too_few = inner.iter().find_map(|end| end.too_few);
            let clauses = inner.into_iter().enumerate().map(|(at, end)| format!("branch {}: {}", at + 1, end.clause));
            let clause = format!("{place} gave no row ({})", clauses.collect::<Vec<_>>().join("; "));
            return End { clause, too_few };
        }
        match too_few(stage, self) {
            Some(clause) => End { clause, too_few: Some(stage.span) },
            None => End { clause: dropped(stage, &place), too_few: None },
        }
    }
}

fn dropped(stage: &Stage, place: &str) -> String {
    if stage.rows_in == 0 {
        return format!("{place} gave no row");
    }
    let failing: Vec<&Condition> = stage.conditions.iter().filter(|one| one.truth != Truth::True).collect();
    match failing.as_slice() {
        [] if stage.conditions.is_empty() => format!("{place} let no row through"),
        // Each row fails for another reason.
        [] => format!("{place} drops every row"),
        [one] => format!("{place} drops it, because {}", because(one)),
        [first, rest @ ..] => format!(
            "{place} drops it, because {}; {} more {} true either",
            because(first),
            rest.len(),
            if rest.len() == 1 { "condition isn't" } else { "conditions aren't" }
        ),
    }
}

/// The reason, of a part where the whole has none of its own.
fn because(condition: &Condition) -> String {
    let failing = condition.parts.iter().find(|part| part.truth != Truth::True && !part.why.is_empty());
    match failing {
        Some(part) if condition.parts.len() > 1 => format!("{} ({})", condition.why, because(part)),
        _ => condition.why.clone(),
    }
}

/// Where only conditions on aggregates are missing: what they need, and what these events give.
fn too_few(stage: &Stage, reader: &Reader<'_>) -> Option<String> {
    let aggregates = aggregates_before(reader.commands, stage.span);
    let mut failing = stage.conditions.iter().filter(|condition| condition.truth != Truth::True).peekable();
    failing.peek()?;
    let mut needs = Vec::new();
    for condition in failing {
        if !condition.columns.iter().any(|column| aggregates.contains(column)) {
            return None;
        }
        let threshold = threshold(condition, reader.query);
        needs.push(threshold.unwrap_or_else(|| because(condition)));
    }
    let who = match reader.events {
        1 => "one event alone is".to_owned(),
        events => format!("these {events} events are"),
    };
    let line = reader.lines.position(stage.span.start).line;
    Some(format!(
        "it comes to the WHERE in line {line}, which is about a whole group, and {who} not enough: {}",
        needs.join("; ")
    ))
}

/// `column is 1, and >= 20 is needed`.
fn threshold(condition: &Condition, query: &str) -> Option<String> {
    let text = condition.span.text(query);
    let (expr, _) = quarry::syntax::parse_expression(text);
    let ExprKind::Binary { op, left, right, .. } = &expr.kind else { return None };
    let number =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Literal(literal) if !matches!(literal, Literal::String(_)));
    if !number(right) || number(left) {
        return None;
    }
    let operand = condition.operands.first()?;
    let needed = quarry::syntax::print_expression(right);
    Some(format!("{} is {}, and {} {needed} is needed", operand.text, operand.value_text(), op.symbol()))
}

/// The columns that hold aggregates, or come of them, before `stage`.
fn aggregates_before(commands: &[Command], stage: Span) -> HashSet<String> {
    let mut names: HashSet<String> = HashSet::new();
    for command in commands.iter().filter(|command| command.span.start < stage.start) {
        for inner in inside(command) {
            names.extend(aggregates_before(inner, stage));
        }
        match &command.kind {
            CommandKind::Stats { aggregates, .. } => {
                names.extend(aggregates.iter().map(|aggregate| group::column(&aggregate.field)));
            }
            CommandKind::Eval(fields) => {
                for field in fields {
                    if reads::expression(&field.expr).iter().any(|column| names.contains(column)) {
                        names.insert(group::column(field));
                    }
                }
            }
            CommandKind::Rename(renames) => {
                for rename in renames {
                    if let (Some(old), Some(new)) = (rename.old.exact(), rename.new.exact())
                        && names.contains(&old)
                    {
                        names.insert(new);
                    }
                }
            }
            _ => {}
        }
    }
    names
}

/// The pipelines inside a command.
fn inside(command: &Command) -> Vec<&[Command]> {
    match &command.kind {
        CommandKind::Fork(branches) => branches.iter().map(Vec::as_slice).collect(),
        _ => reads::subqueries(command).into_iter().map(|query| query.commands.as_slice()).collect(),
    }
}
