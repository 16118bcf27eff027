//! Rows side by side under a header.

use super::cell::Cell;
use super::style::Style;
use super::width::{cut, pad, width};

/// What stands between columns.
const GAP: &str = "  ";
/// No column is cut below this width: rows that don't fit even so are laid out one under the other.
const NARROWEST: usize = 10;

/// A column of a grid.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Its name, printable.
    pub(crate) name: String,
    /// Whether its values are numbers, which stand to the right.
    pub(crate) right: bool,
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
    let total = |most: usize| widths.iter().map(|own| (*own).min(most)).sum::<usize>() + gaps;
    let widest = widths.iter().copied().max().unwrap_or(0);
    if total(widest) <= room {
        return Some(widths);
    }
    if total(NARROWEST) > room {
        return None;
    }
    // The widest columns give way first.
    let mut most = NARROWEST;
    while total(most + 1) <= room {
        most += 1;
    }
    let mut left = room - total(most);
    for own in &mut widths {
        if *own > most {
            let more = usize::from(left > 0);
            left -= more;
            *own = most + more;
        }
    }
    Some(widths)
}

/// The header with a line under it.
pub(crate) fn header(heads: &[Head], widths: &[usize], style: Style) -> String {
    let last = heads.len().saturating_sub(1);
    let names: Vec<String> = heads
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(i, (head, columns))| {
            let name = cut(&head.name, *columns);
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
        vec![Head { name: "n".into(), right: true }, Head { name: "name".into(), right: false }]
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
}
