use std::collections::{HashMap, HashSet};

use quarry::Value;
use quarry::diagnostics::{LineIndex, Span};
use quarry::syntax::ast::{Command, CommandKind, Expr};

use super::condition::{Condition, Truth, Values, conjuncts, judge};
use super::made::{made, read_of_source};
use super::probe::{Failed, Probe, Rows};
use super::why::wanted;
use super::{Cell, Stage, extract, group, reads};

/// Commands one after the other, and how the text that ends with one of them is made.
pub(super) struct Chain<'a> {
    /// The query whose rows the first command gets; `None` for a source command.
    pub(super) before: Option<String>,
    /// What stands before the first command.
    pub(super) lead: String,
    /// Where the first command begins in the text.
    pub(super) start: usize,
    pub(super) commands: &'a [Command],
}

impl<'a> Chain<'a> {
    /// A branch of a FORK that gets the rows of the query `before`.
    pub(super) fn of_branch(before: &str, commands: &'a [Command]) -> Option<Self> {
        let start = commands.first()?.span.start as usize;
        Some(Self { before: Some(before.to_owned()), lead: format!("{before}\n| "), start, commands })
    }

    /// The query that ends with `command`.
    pub(super) fn through(&self, command: &Command, text: &str) -> String {
        format!("{}{}", self.lead, Span::new(self.start, command.span.end as usize).text(text))
    }
}

/// Of columns that commands make: why they are null, where that is known; else nothing.
pub(super) type Origins = HashMap<String, String>;

/// Follows rows through commands.
pub(super) struct Tracer<'a> {
    pub(super) probe: &'a Probe<'a>,
    pub(super) text: &'a str,
}

/// What a stage starts from.
pub(super) struct Arrived<'a> {
    /// The query that gives the rows that come in.
    pub(super) query: &'a str,
    pub(super) rows: &'a Rows,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(probe: &'a Probe<'a>, text: &'a str) -> Self {
        Self { probe, text }
    }

    pub(super) fn span_text(&self, span: Span) -> &'a str {
        span.text(self.text)
    }

    /// The stages of a pipeline, up to the one behind which no row is left; `known` is what commands before it made.
    pub(super) fn chain(&self, chain: &Chain<'_>, known: &Origins) -> Result<Vec<Stage>, Failed> {
        let mut stages = Vec::new();
        let mut query = chain.before.clone().unwrap_or_default();
        let mut rows = match &chain.before {
            Some(before) => self.probe.run(before)?,
            None => Rows::default(),
        };
        let mut origins = known.clone();
        let mut told: HashSet<String> = rows.warnings.iter().map(|warning| without_place(warning)).collect();
        for (number, command) in chain.commands.iter().enumerate() {
            let after = chain.through(command, self.text);
            let out = self.probe.run(&after)?;
            let first = number == 0 && chain.before.is_none();
            let arrived = Arrived { query: &query, rows: &rows };
            let mut stage = self.stage(command, &arrived, &out, &origins);
            if first {
                stage.reads =
                    self.cells(&read_of_source(self.probe, self.text, chain), &Arrived { query: &after, rows: &out });
                stage.changes.clear();
            }
            self.branches(chain, command, &query, &mut stage, &origins)?;
            if !first {
                self.add_origins(command, &stage, made(self.probe, command, &query, &after), &mut origins);
            }
            // The text that was run holds the commands before this one, and a branch says itself what failed in it.
            let in_branches = |note: &String| stage.branches.iter().flatten().any(|inner| inner.notes.contains(note));
            stage.notes =
                stage.notes.iter().filter(|note| !told.contains(*note) && !in_branches(note)).cloned().collect();
            told.extend(stage.notes.iter().cloned());
            let ended = out.total == 0;
            stages.push(stage);
            if ended {
                break;
            }
            (query, rows) = (after, out);
        }
        Ok(stages)
    }

    fn stage(&self, command: &Command, arrived: &Arrived<'_>, out: &Rows, origins: &Origins) -> Stage {
        let mut stage = Stage {
            span: command.span,
            keyword: keyword(self.span_text(command.span)),
            rows_in: arrived.rows.total,
            rows_out: out.total,
            columns_out: out.columns.len(),
            reads: self.cells(&reads::command(command), arrived),
            changes: changes(arrived.rows, out),
            conditions: Vec::new(),
            stopped: None,
            groups: Vec::new(),
            notes: out.warnings.iter().map(|warning| without_place(warning)).collect(),
            branches: Vec::new(),
        };
        match &command.kind {
            CommandKind::Where(condition) => stage.conditions = self.conditions(condition, arrived, origins),
            CommandKind::Dissect { input, pattern, .. } => {
                stage.stopped = extract::dissect(self, input, pattern, arrived);
            }
            CommandKind::Grok { input, patterns } => stage.stopped = extract::grok(self, input, patterns, arrived),
            CommandKind::Stats { inline, groups, .. } => {
                stage.groups = group::groups(command, out);
                if !inline {
                    stage.changes.clear();
                }
                if groups.is_empty() && !inline {
                    stage.notes.push("there is no BY, so a row comes out even where none came in".to_owned());
                }
            }
            CommandKind::LookupJoin { .. } | CommandKind::Enrich { .. } if matches_nothing(&stage) => {
                stage.notes.push("nothing matched, so the new columns are null".to_owned());
            }
            // A column less is no change to show: what is left is what the next stage reads.
            CommandKind::Keep(_) | CommandKind::Drop(_) => stage.changes.clear(),
            CommandKind::Rename(_) => {}
            _ => {}
        }
        stage
    }

    /// The conditions of a WHERE in the first row that doesn't pass, else in the first row.
    fn conditions(&self, condition: &Expr, arrived: &Arrived<'_>, origins: &Origins) -> Vec<Condition> {
        let conjuncts = conjuncts(condition);
        let values = Values::of(self.probe, self.text, arrived.query, &conjuncts, origins);
        let rows = arrived.rows.rows.len();
        let fails = |row: &usize| conjuncts.iter().any(|conjunct| values.truth(conjunct, *row) != Truth::True);
        let row = (0..rows).find(fails).unwrap_or(0);
        if rows == 0 {
            return Vec::new();
        }
        let mut conditions: Vec<Condition> = conjuncts.iter().map(|conjunct| judge(conjunct, &values, row)).collect();
        for (condition, expr) in conditions.iter_mut().zip(&conjuncts) {
            if condition.truth != Truth::True && condition.hints.is_empty() {
                condition.hints.extend(wanted(expr).and_then(|text| elsewhere(text, condition, row, arrived.rows)));
            }
        }
        conditions
    }

    /// What a command makes is null where a pattern of its own didn't match, or a lookup found nothing.
    fn add_origins(&self, command: &Command, stage: &Stage, mut made: HashSet<String>, origins: &mut Origins) {
        let is_lookup = matches!(command.kind, CommandKind::LookupJoin { .. } | CommandKind::Enrich { .. });
        if is_lookup {
            made.extend(stage.changes.iter().map(|cell| cell.name.clone()));
        }
        let line = LineIndex::new(self.text).position(stage.span.start).line;
        let reason = if let Some(stopped) = &stage.stopped {
            let what = if stopped.input.is_none() { "had no text" } else { "didn't match" };
            format!("{} in line {line} {what}", stage.keyword)
        } else if is_lookup && matches_nothing(stage) {
            format!("{} in line {line} found nothing", stage.keyword)
        } else {
            String::new()
        };
        origins.extend(made.into_iter().map(|name| (name, reason.clone())));
    }

    fn cells(&self, names: &[String], arrived: &Arrived<'_>) -> Vec<Cell> {
        names
            .iter()
            .map(|name| {
                let at = arrived.rows.columns.iter().position(|column| column.name == *name);
                let value = arrived.rows.value(0, name).cloned().unwrap_or(quarry::Value::Null);
                let data_type = at.map_or(quarry::DataType::Null, |at| arrived.rows.columns[at].data_type);
                Cell { name: name.clone(), data_type, value }
            })
            .collect()
    }

    /// The pipelines inside a command.
    fn branches(
        &self,
        chain: &Chain<'_>,
        command: &Command,
        before: &str,
        stage: &mut Stage,
        origins: &Origins,
    ) -> Result<(), Failed> {
        for query in reads::subqueries(command) {
            let start = query.span.start as usize;
            let inner = Chain { before: None, lead: settings(chain, self.text), start, commands: &query.commands };
            // A query over another index than the event's is no failure.
            if let Ok(stages) = self.chain(&inner, &Origins::new()) {
                stage.branches.push(stages);
            }
        }
        let CommandKind::Fork(branches) = &command.kind else { return Ok(()) };
        for inner in branches.iter().filter_map(|branch| Chain::of_branch(before, branch)) {
            stage.branches.push(self.chain(&inner, origins)?);
        }
        Ok(())
    }
}

/// A column that has the text that another one was compared with.
fn elsewhere(text: &str, condition: &Condition, row: usize, rows: &Rows) -> Option<String> {
    let has = |value: &Value| value.elements().iter().any(|value| value.as_str() == Some(text));
    let row = rows.rows.get(row)?;
    let (column, _) =
        rows.columns.iter().zip(row).find(|(column, value)| has(value) && !condition.columns.contains(&column.name))?;
    Some(format!("{} has that value", column.name))
}

/// The settings before the query.
fn settings(chain: &Chain<'_>, text: &str) -> String {
    if chain.before.is_none() { chain.lead.clone() } else { Span::new(0, 0).text(text).to_owned() }
}

/// Whether all that a lookup brought is null.
fn matches_nothing(stage: &Stage) -> bool {
    stage.rows_out > 0 && stage.changes.iter().all(|cell| cell.value.is_null())
}

/// Columns of the first row that weren't there before, or had another value.
fn changes(before: &Rows, after: &Rows) -> Vec<Cell> {
    let Some(row) = after.rows.first() else { return Vec::new() };
    after
        .columns
        .iter()
        .zip(row)
        .filter(|(column, value)| before.value(0, &column.name).is_none_or(|old| old != *value))
        .map(|(column, value)| Cell::of(column, value))
        .collect()
}

fn keyword(text: &str) -> String {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '_').collect::<String>();
    let first = word(text).to_ascii_uppercase();
    match first.as_str() {
        "INLINE" | "LOOKUP" => {
            let rest = text[first.len()..].trim_start();
            format!("{first} {}", word(rest).to_ascii_uppercase())
        }
        _ => first,
    }
}

/// A warning without the line and column, which are those of the text that was run and not of the query.
fn without_place(warning: &str) -> String {
    let rest = warning.strip_prefix("Line ").and_then(|rest| {
        let (place, rest) = rest.split_once(": ")?;
        place.bytes().all(|byte| byte.is_ascii_digit() || byte == b':').then_some(rest)
    });
    rest.unwrap_or(warning).to_owned()
}
