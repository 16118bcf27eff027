//! Rows side by side under a header.

use super::cell::Cell;
use super::style::Style;
use super::width::{cut, cut_front, pad, width};

/// What stands between columns.
const GAP: &str = "  ";
/// No column is cut below this width, nor below its name where that isn't too long: rows that don't fit even so are laid
/// out one under the other.
const NARROWEST: usize = 10;
const WIDEST_NAME: usize = 24;

/// A column of a grid.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Its name, printable.
    pub(crate) name: String,
    /// Whether its values are numbers, which stand to the right.
    pub(crate) right: bool,
    /// Whether a part of a value would be taken for another value, as of numbers and dates: single ones aren't cut.
    pub(crate) whole: bool,
}

/// The width of each column, where all fit into `room`; `None` where they don't.
pub(crate) fn fit(heads: &[Head], rows: &[Vec<Cell>], known: &[usize], room: Option<usize>) -> Option<Vec<usize>> {
    let mut widths: Vec<usize> = heads.iter().map(|head| width(&head.name)).collect();
    for row in rows {
        for (own, cell) in widths.iter_mut().zip(row) {
            *own = (*own).max(width(&cell.text));
        }
    }
    for (own, known) in widths.iter_mut().zip(known) {
        *own = (*own).max(*known);
    }
    let Some(room) = room else { return Some(widths) };
    let gaps = GAP.len() * heads.len().saturating_sub(1);
    let least: Vec<usize> = heads
        .iter()
        .zip(&widths)
        .enumerate()
        .map(|(i, (head, own))| {
            let values = if head.whole { widest_single(rows, i) } else { 0 };
            (*own).min(NARROWEST.max(values).max(width(&head.name).min(WIDEST_NAME)))
        })
        .collect();
    if least.iter().sum::<usize>() + gaps > room {
        return None;
    }
    // The widest columns give way first.
    let at = |most: usize| widths.iter().zip(&least).map(move |(own, least)| (*own).min(most.max(*least)));
    let fits = |most: usize| at(most).sum::<usize>() + gaps <= room;
    let widest = widths.iter().copied().max().unwrap_or(0);
    let most = (0..=widest.min(room)).rev().find(|most| fits(*most)).unwrap_or(0);
    Some(at(if fits(widest) { widest } else { most }).collect())
}

/// The width of the widest cell of a column that holds one value.
fn widest_single(rows: &[Vec<Cell>], column: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(column));
    cells.filter(|cell| !cell.text.starts_with('[')).map(|cell| width(&cell.text)).max().unwrap_or(0)
}

/// The header with a line under it.
pub(crate) fn header(heads: &[Head], widths: &[usize], style: Style) -> String {
    let last = heads.len().saturating_sub(1);
    let names: Vec<String> = heads
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(i, (head, columns))| {
            let name = cut_front(&head.name, *columns);
            let columns = if i == last && !head.right { 0 } else { *columns };
            pad(&style.bold(&name), width(&name), columns, head.right)
        })
        .collect();
    let lines: Vec<String> = widths.iter().map(|columns| "─".repeat(*columns)).collect();
    format!("{}\n{}\n", names.join(GAP), style.dim(&lines.join(GAP)))
}

/// One line for each row.
pub(crate) fn lines(heads: &[Head], rows: &[Vec<Cell>], widths: &[usize], style: Style) -> String {
    let last = heads.len().saturating_sub(1);
    let mut out = String::new();
    for row in rows {
        for (i, ((cell, head), columns)) in row.iter().zip(heads).zip(widths).enumerate() {
            let text = cut(&cell.text, *columns);
            let shown = if cell.is_null { style.dim(&text) } else { text.clone().into_owned() };
            let columns = if i == last && !head.right { 0 } else { *columns };
            out.push_str(&pad(&shown, width(&text), columns, head.right));
            if i < last {
                out.push_str(GAP);
            }
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[&str]) -> Vec<Cell> {
        row.iter().map(|text| Cell { text: (*text).to_owned(), is_null: false }).collect()
    }

    fn heads() -> Vec<Head> {
        let head = |name: &str, right| Head { name: name.into(), right, whole: right };
        vec![head("n", true), head("name", false)]
    }

    #[test]
    fn numbers_stand_to_the_right_and_wide_characters_keep_the_grid() {
        let rows = [cells(&["1", "日本"]), cells(&["100", "x"])];
        let widths = fit(&heads(), &rows, &[], None).unwrap();
        assert_eq!(widths, [3, 4]);
        let style = Style::default();
        assert_eq!(header(&heads(), &widths, style), "  n  name\n───  ────\n");
        assert_eq!(lines(&heads(), &rows, &widths, style), "  1  日本\n100  x\n");
    }

    #[test]
    fn what_is_too_wide_is_cut_and_what_cannot_be_is_refused() {
        let rows = [cells(&["1", &"x".repeat(50)])];
        let widths = fit(&heads(), &rows, &[], Some(20)).unwrap();
        assert_eq!(lines(&heads(), &rows, &widths, Style::default()), format!("1  {}…\n", "x".repeat(16)));
        assert_eq!(fit(&heads(), &rows, &[], Some(8)), None);
    }

    #[test]
    fn a_number_was_cut_and_looked_like_another_one() {
        let long = "x".repeat(50);
        let rows = [cells(&["9007199254740993", &long]), cells(&["[9007199254740993, 9007199254740994]", &long])];
        let widths = fit(&heads(), &rows, &[], Some(30)).unwrap();
        assert_eq!(widths, [16, 12]);
        assert!(lines(&heads(), &rows, &widths, Style::default()).starts_with("9007199254740993  xxxxxxxxxxx…\n"));
        assert_eq!(fit(&heads(), &rows, &[], Some(25)), None, "one under the other instead");
    }

    #[test]
    fn names_that_begin_alike_can_be_told_apart_where_they_are_cut() {
        let name = |end: &str| format!("aws.cloudtrail.user_identity.session_context.{end}");
        let heads: Vec<Head> = ["creation_date", "mfa_authenticated"]
            .map(|end| Head { name: name(end), right: false, whole: false })
            .into();
        let rows = [cells(&["x", "y"])];
        let widths = fit(&heads, &rows, &[], Some(60)).unwrap();
        let header = header(&heads, &widths, Style::default());
        assert!(header.contains("creation_date  ") && header.contains("mfa_authenticated\n"), "{header}");
    }
}
