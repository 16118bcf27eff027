//! A trace for reading: stage by stage, with marks under what wasn't true.

use std::fmt::Write;

use quarry::diagnostics::{LineIndex, Span};
use quarry_rules::trace::{Cell, Condition, Group, Outcome, Stage, Stopped, Trace, Truth};

use super::screen;
use super::style::Style;
use super::text::printable;
use super::vertical::{self, Field};

/// Values shown of one stage; more are only counted.
const MOST_CELLS: usize = 30;

/// Text shown around the place where a pattern stopped.
const AROUND: usize = 60;

/// The trace as text. `query` is what it was made of.
pub(crate) fn render(trace: &Trace, query: &str, paint: Style) -> String {
    let mut out = String::new();
    let room = screen::size().map(|size| size.columns);
    let writer = Writer { query, lines: LineIndex::new(query), paint, room };
    for stage in &trace.stages {
        writer.stage(&mut out, stage, 0);
    }
    for note in &trace.notes {
        line(&mut out, 0, &format!("note: {}", printable(note)));
    }
    let closing = printable(&trace.closing);
    let closing = match trace.outcome {
        Outcome::Rows(rows) if rows > 0 => paint.good(&closing),
        _ => paint.bad(&closing),
    };
    line(&mut out, 0, &closing);
    out
}

struct Writer<'a> {
    query: &'a str,
    lines: LineIndex<'a>,
    paint: Style,
    /// The columns of the screen; `None` for as many as it takes.
    room: Option<usize>,
}

impl Writer<'_> {
    fn stage(&self, out: &mut String, stage: &Stage, depth: usize) {
        let number = self.lines.position(stage.span.start).line;
        let rows = match (stage.rows_in, stage.rows_out) {
            (0, out) => rows(out),
            (a, b) if a == b => rows(b),
            (a, b) => format!("{a} → {}", rows(b)),
        };
        let rows = if stage.rows_out == 0 { self.paint.bad(&rows) } else { self.paint.dim(&rows) };
        let text = one_line(stage.span.text(self.query));
        line(out, depth, &format!("{} {}  {rows}", self.paint.dim(&format!("{number:>4}")), self.paint.bold(&text)));
        self.cells(out, &stage.reads, depth, "");
        self.cells(out, &new_ones(&stage.changes, &stage.reads), depth, "+ ");
        for group in &stage.groups {
            self.group(out, group, depth);
        }
        if stage.rows_out < stage.rows_in || stage.conditions.iter().any(|one| one.truth != Truth::True) {
            self.conditions(out, &stage.conditions, depth);
        } else if stage.conditions.len() > 1 {
            line(
                out,
                depth,
                &match stage.conditions.len() {
                    2 => "       both conditions are true".to_owned(),
                    count => format!("       all {count} conditions are true"),
                },
            );
        }
        if let Some(stopped) = &stage.stopped {
            self.stopped(out, stopped, depth);
        }
        for note in &stage.notes {
            line(out, depth, &format!("       note: {}", printable(note)));
        }
        for (number, branch) in stage.branches.iter().enumerate() {
            line(out, depth, &format!("     branch {}", number + 1));
            for stage in branch {
                self.stage(out, stage, depth + 1);
            }
        }
    }

    fn cells(&self, out: &mut String, cells: &[Cell], depth: usize, mark: &str) {
        let indent = format!("       {mark}");
        let room = self.room.map(|room| room.saturating_sub(indent.len() + 4 * depth));
        let fields: Vec<(String, String, bool)> = cells
            .iter()
            .take(MOST_CELLS)
            .map(|cell| match cell.value.is_null() {
                true => (printable(&cell.name), "absent".to_owned(), true),
                false => (printable(&cell.name), printable(&cell.text()), false),
            })
            .collect();
        let rows = fields.iter().map(|(name, text, is_null)| Field { name, text, is_null: *is_null });
        for text in vertical::fields(&rows.collect::<Vec<_>>(), room, self.paint) {
            // A value's further lines begin under its first one.
            let begin = if text.starts_with(' ') { " ".repeat(indent.len()) } else { indent.clone() };
            line(out, depth, &format!("{begin}{text}"));
        }
        if cells.len() > MOST_CELLS {
            line(out, depth, &format!("       {mark}and {} more", cells.len() - MOST_CELLS));
        }
    }

    fn group(&self, out: &mut String, group: &Group, depth: usize) {
        let list = |cells: &[Cell]| {
            cells
                .iter()
                .map(|cell| format!("{} = {}", printable(&cell.name), printable(&cell.text())))
                .collect::<Vec<_>>()
        };
        if !group.key.is_empty() {
            line(out, depth, &format!("       group         {}", list(&group.key).join(", ")));
        }
        line(out, depth, &format!("       contributes   {}", list(&group.aggregates).join(", ")));
    }

    /// The conditions that aren't true, each with its line of the query and a mark.
    fn conditions(&self, out: &mut String, conditions: &[Condition], depth: usize) {
        let failing: Vec<&Condition> = conditions.iter().filter(|one| one.truth != Truth::True).collect();
        let true_ones = conditions.len() - failing.len();
        if true_ones > 0 {
            line(
                out,
                depth,
                &format!(
                    "       {true_ones} of {} conditions {} true",
                    conditions.len(),
                    if true_ones == 1 { "is" } else { "are" }
                ),
            );
        }
        for condition in failing {
            self.condition(out, condition, depth);
        }
    }

    fn condition(&self, out: &mut String, condition: &Condition, depth: usize) {
        let why = match condition.truth {
            Truth::Null => format!("null: {}", condition.why),
            Truth::Unknown => format!("not true: {}", condition.why),
            _ => format!("false: {}", condition.why),
        };
        self.marked(out, condition.span, &why, depth);
        for hint in &condition.hints {
            line(out, depth, &format!("          {} {}", self.paint.dim("hint:"), printable(hint)));
        }
        for part in &condition.parts {
            if part.truth != Truth::True && (condition.parts.len() > 1 || !part.hints.is_empty()) {
                self.condition(out, part, depth);
            }
        }
    }

    /// A line of the query with a mark under a part of it, and a text behind the mark.
    fn marked(&self, out: &mut String, span: Span, why: &str, depth: usize) {
        let start = span.start as usize;
        let begin = self.query[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.query[start..].find('\n').map_or(self.query.len(), |at| start + at);
        let source = printable(self.query[begin..end].trim_end());
        let before = printable(&self.query[begin..start]).chars().count();
        let inside = &self.query[start..(span.end as usize).min(end)];
        let width = printable(inside.trim_end()).chars().count().max(1);
        let number = self.lines.position(span.start).line;
        line(out, depth, &format!("     {} {source}", self.paint.dim(&format!("{number:>4} │"))));
        let mark = self.paint.bad(&format!("{} {}", "^".repeat(width), printable(why)));
        line(out, depth, &format!("     {} {}{mark}", self.paint.dim("     │"), " ".repeat(before)));
    }

    fn stopped(&self, out: &mut String, stopped: &Stopped, depth: usize) {
        let Some(input) = &stopped.input else {
            line(out, depth, "       the input is null, so all of its columns are");
            return;
        };
        line(out, depth, "       the pattern doesn't match, so its columns are null");
        line(out, depth, &format!("       matched       {}", or_nothing(&printable(&stopped.matched))));
        line(out, depth, &format!("       then wanted   {}", self.paint.bad(&printable(&stopped.wanted))));
        let (before, after) = split(input, stopped.offset);
        line(out, depth, &format!("       in the text   {}", printable(&format!("{before}{after}"))));
        let column = printable(&before).chars().count();
        line(out, depth, &format!("                     {}{}", " ".repeat(column), self.paint.bad("^ stopped here")));
    }
}

/// What stands around an offset, cut on both sides.
fn split(text: &str, offset: usize) -> (String, String) {
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(offset);
    let skipped = before.chars().count().saturating_sub(AROUND);
    let mut left: String = before.chars().skip(skipped).collect();
    if skipped > 0 {
        left = format!("...{left}");
    }
    let mut right: String = after.chars().take(AROUND).collect();
    if after.chars().count() > AROUND {
        right.push_str("...");
    }
    (left, right)
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// Changes that aren't shown as what was read already.
fn new_ones(changes: &[Cell], reads: &[Cell]) -> Vec<Cell> {
    changes.iter().filter(|change| !reads.contains(change)).cloned().collect()
}

/// The beginning of a command on one line.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 72;
    let flat = printable(&text.lines().map(str::trim).collect::<Vec<_>>().join(" "));
    match flat.char_indices().nth(LONGEST) {
        None => flat,
        Some((end, _)) => format!("{}...", &flat[..end]),
    }
}

fn rows(count: usize) -> String {
    match count {
        0 => "no row".to_owned(),
        1 => "1 row".to_owned(),
        n => format!("{n} rows"),
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    let _ = writeln!(out, "{}{}", "    ".repeat(depth), text.trim_end());
}
