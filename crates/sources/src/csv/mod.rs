//! Comma-separated values: a header of names, or of `name:type`, and a row on each line.
//!
//! Under a header with types a cell `[a,b]` is several values. Under one without, types are inferred and brackets mean
//! nothing. A row is handed on as the places of its values, like a record of JSON.

mod cells;

use std::ops::ControlFlow;

use quarry_types::DataType;

use cells::{Cut, split};

use crate::catalog::{Format, Group, Head, read_head};
use crate::extract::{Found, Kind, Rule};
use crate::frame::{Limits, Sink, Window};
use crate::infer::Guess;
use crate::mapping::field_type;
use crate::table::ScanSink;

/// How much of a file is looked at for its columns.
const HEAD: usize = 256 << 10;

/// A header cell is a name and perhaps a type.
fn header(line: &str) -> Vec<(String, Option<&str>)> {
    let mut names = Vec::new();
    let mut text = String::new();
    let Cut::Row(cells) = split(line, false, &mut text) else { return names };
    let typed = |cell: &str| {
        let (name, type_name) = line_cell(line, cell).rsplit_once(':')?;
        Some((name.trim().to_owned(), type_name.trim()))
    };
    for (from, to) in cells.iter().map(|cell| cell.first().copied().unwrap_or((0, 0))) {
        let cell = &text[from as usize..to as usize];
        match typed(cell) {
            Some((name, type_name)) if is_type(type_name) => names.push((name, Some(type_name))),
            _ => names.push((cell.to_owned(), None)),
        }
    }
    names
}

/// The cell as it stands in the line, whose life is longer than that of its decoded text.
fn line_cell<'a>(line: &'a str, cell: &str) -> &'a str {
    line.find(cell).map_or("", |at| &line[at..at + cell.len()])
}

/// The type that a header names: a mapping's name for it, or one of the short ones that test data uses.
fn column_type(name: &str) -> DataType {
    match name {
        "l" => DataType::Long,
        "i" | "int" => DataType::Integer,
        "d" => DataType::Double,
        "k" | "s" | "string" => DataType::Keyword,
        "b" | "bool" => DataType::Boolean,
        "dt" | "datetime" => DataType::Date,
        "ul" => DataType::UnsignedLong,
        "v" => DataType::Version,
        _ => field_type(name),
    }
}

fn is_type(name: &str) -> bool {
    column_type(name) != DataType::Unsupported || name.ends_with("_range")
}

/// Whether a header tells types.
fn is_typed(names: &[(String, Option<&str>)]) -> bool {
    !names.is_empty() && names.iter().all(|(_, type_name)| type_name.is_some())
}

/// The columns of all CSV files of a group.
pub(crate) fn columns(group: &Group) -> Vec<Rule> {
    let mut columns: Vec<Rule> = Vec::new();
    for source in group.sources.iter().filter(|source| source.format == Format::Csv) {
        let Ok(Head { bytes: head, whole, .. }) = read_head(&source.found.origin, HEAD) else { continue };
        let head = String::from_utf8_lossy(&head);
        let head = head.trim_start_matches('\u{FEFF}');
        let mut lines = head.lines().filter(|line| !is_comment(line));
        let Some(first) = lines.next() else { continue };
        let names = header(first);
        let typed = is_typed(&names);
        let mut guesses = vec![Guess::default(); names.len()];
        if !typed {
            let rows: Vec<&str> = lines.collect();
            let good = if whole { rows.len() } else { rows.len().saturating_sub(1) };
            let mut text = String::new();
            let mut row = String::new();
            for line in &rows[..good] {
                row.push_str(line);
                text.clear();
                let Cut::Row(cells) = split(&row, false, &mut text) else {
                    row.push('\n');
                    continue;
                };
                row.clear();
                // A row that doesn't fit the header says nothing of the columns.
                if cells.len() > guesses.len() {
                    continue;
                }
                for (guess, cell) in guesses.iter_mut().zip(&cells) {
                    for (from, to) in cell {
                        guess.add(Guess::of_cell(&text[*from as usize..*to as usize]));
                    }
                }
            }
        }
        for ((name, type_name), guess) in names.into_iter().zip(guesses) {
            let data_type = type_name.map_or_else(|| guess.data_type(), column_type);
            if columns.iter().all(|column| column.name != name) {
                columns.push(Rule::new(name, data_type));
            }
        }
    }
    columns
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("//")
}

/// Takes each row.
pub(crate) fn rows(
    window: &mut Window<'_>,
    group: &Group,
    sink: &mut ScanSink<'_>,
    limits: &Limits,
) -> ControlFlow<()> {
    // For each cell the columns that want it, and whether the header tells types.
    let mut header_read: Option<(Vec<Vec<usize>>, bool)> = None;
    let mut text = String::new();
    let mut searched = 0;
    loop {
        let rest = window.rest();
        let (length, consumed) = match memchr::memchr(b'\n', &rest[searched..]) {
            Some(at) => (searched + at, searched + at + 1),
            None if rest.len() > limits.record_bytes => {
                sink.malformed(window.place(), "longer than a record may be; skipped")?;
                crate::frame::skip_first_line(window);
                searched = 0;
                continue;
            }
            None if window.more(1) => continue,
            None if window.rest().is_empty() => return ControlFlow::Continue(()),
            None => (window.rest().len(), window.rest().len()),
        };
        let line = String::from_utf8_lossy(&window.rest()[..length]);
        let line = line.strip_suffix('\r').unwrap_or(&line);
        if is_comment(line) {
            window.advance(consumed);
            searched = 0;
            continue;
        }
        let Some((targets, typed)) = &header_read else {
            let found = header(line);
            let typed = is_typed(&found);
            let names: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
            header_read = Some((sink.targets(group, &names), typed));
            window.advance(consumed);
            searched = 0;
            continue;
        };
        text.clear();
        match split(line, *typed, &mut text) {
            // A quoted cell goes on in the next line, if there is one.
            Cut::Open if consumed > length => {
                searched = consumed;
                if window.rest().len() > consumed || window.more(1) {
                    continue;
                }
                sink.malformed(window.place(), "a quote that doesn't end")?;
            }
            Cut::Open => sink.malformed(window.place(), "a quote that doesn't end")?,
            Cut::Row(cells) if cells.len() > targets.len() => {
                sink.malformed(window.place(), &format!("{} cells under {} names", cells.len(), targets.len()))?;
            }
            Cut::Row(cells) => {
                let values = targets.iter().zip(&cells).flat_map(|(target, cell)| {
                    let found = |(start, end): &(u32, u32)| Found { kind: Kind::Plain, start: *start, end: *end };
                    cell.iter().map(move |place| (target.as_slice(), found(place)))
                });
                sink.row(&text, window.place(), values)?;
            }
        }
        window.advance(consumed);
        searched = 0;
    }
}
