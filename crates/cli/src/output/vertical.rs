//! One field under the other: for rows that are wider than the screen.

use super::cell::Cell;
use super::grid::Head;
use super::style::Style;
use super::width::{cut_front, pad, width, wrap};

/// The most lines that one value takes.
const LINES: usize = 6;
/// The widest that names are shown on a screen.
const WIDEST_NAME: usize = 48;
/// What stands between names and values.
const GAP: &str = "  ";

/// A name and its value, both printable.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) is_null: bool,
}

/// Fields one under the other, their values in one column: as lines of at most `room` columns, where that is known.
pub(crate) fn fields(fields: &[Field<'_>], room: Option<usize>, style: Style) -> Vec<String> {
    let widest = room.map_or(usize::MAX, |room| WIDEST_NAME.min(room / 2));
    let names = fields.iter().map(|field| width(field.name)).max().unwrap_or(0).min(widest);
    let mut out = Vec::new();
    for field in fields {
        let name = cut_front(field.name, names);
        let lines = match room {
            Some(room) => wrap(field.text, room.saturating_sub(names + GAP.len()), LINES),
            None => vec![field.text.to_owned()],
        };
        for (at, text) in lines.iter().enumerate() {
            let label = if at == 0 { pad(&style.accent(&name), width(&name), names, false) } else { " ".repeat(names) };
            let text = if field.is_null { style.dim(text) } else { text.clone() };
            out.push(format!("{label}{GAP}{text}"));
        }
    }
    out
}

/// The rows, numbered from `first`; fields that are null are left out.
pub(crate) fn rows(heads: &[Head], rows: &[Vec<Cell>], first: u64, room: Option<usize>, style: Style) -> String {
    let mut out = String::new();
    for (i, row) in rows.iter().enumerate() {
        let shown: Vec<Field<'_>> = heads
            .iter()
            .zip(row)
            .filter(|(_, cell)| !cell.is_null)
            .map(|(head, cell)| Field { name: &head.name, text: &cell.text, is_null: false })
            .collect();
        let title = format!("── row {} ", first + i as u64);
        let line = room.unwrap_or(60).min(80).saturating_sub(width(&title));
        out.push_str(&style.dim(&format!("{title}{}", "─".repeat(line))));
        out.push('\n');
        for line in fields(&shown, room, style) {
            out.push_str(&line);
            out.push('\n');
        }
        let left_out = row.len() - shown.len();
        if left_out > 0 {
            out.push_str(&style.dim(&format!("({left_out} without a value)")));
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_under_each_other_without_nulls() {
        let head = |name: &str| Head { name: name.to_owned(), right: false, whole: false };
        let cell = |text: &str| Cell { text: text.to_owned(), is_null: text == "null" };
        let heads = [head("a"), head("long.name"), head("c")];
        let row = vec![cell("1"), cell("abcdefghijkl"), cell("null")];
        assert_eq!(
            rows(&heads, &[row], 7, Some(20), Style::default()),
            "── row 7 ───────────\na          1\nlong.name  abcdefghi\n           jkl\n(1 without a value)\n"
        );
    }
}
