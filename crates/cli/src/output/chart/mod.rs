//! Rows as a chart: one file for each kind.
//!
//! The kind follows from the columns: a date and numbers are a histogram over time, with a further column one for each
//! of its values; a key and numbers are bars.

mod bars;
mod blocks;
pub(crate) mod spark;
mod time;

use std::io::{self, Write};

use quarry::format::RowWriter;
use quarry::{Batch, ColumnInfo, Value};

use super::table::{Table, View};
use super::text::printable;

/// More rows than this make no chart that anyone could read; the others are counted.
const MOST_ROWS: usize = 200_000;
/// The width of a chart where there is no screen to fit.
const USUAL_WIDTH: usize = 100;

/// Which columns are drawn, by their places.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Roles {
    date: Option<usize>,
    key: Option<usize>,
    numbers: Vec<usize>,
}

impl Roles {
    fn of(columns: &[ColumnInfo]) -> Option<Self> {
        let date = columns.iter().position(|column| column.data_type.is_date());
        let numeric = |(_, column): &(usize, &ColumnInfo)| column.data_type.is_numeric();
        let mut numbers: Vec<usize> = columns.iter().enumerate().filter(numeric).map(|(i, _)| i).collect();
        let others = columns.iter().enumerate().filter(|(_, c)| !c.data_type.is_numeric() && !c.data_type.is_date());
        let mut key = others.map(|(i, _)| i).next();
        if date.is_none() && key.is_none() && numbers.len() > 1 {
            // Of numbers alone the last one is the key: STATS puts it there.
            key = numbers.pop();
        }
        let usable = !numbers.is_empty() && (date.is_some() || key.is_some());
        usable.then_some(Self { date, key, numbers })
    }
}

/// Draws rows once all have come.
pub(crate) struct Chart {
    view: View,
    columns: Vec<ColumnInfo>,
    rows: Vec<Vec<Value>>,
    left_out: u64,
}

impl Chart {
    /// A chart without rows.
    pub(crate) fn new(view: View) -> Self {
        Self { view, columns: Vec::new(), rows: Vec::new(), left_out: 0 }
    }

    fn draw(&self) -> Option<String> {
        let roles = Roles::of(&self.columns)?;
        let width = self.view.room.unwrap_or(USUAL_WIDTH).clamp(20, 300);
        match roles.date {
            Some(date) => time::draw(&self.columns, &self.rows, date, &roles, width, &self.view),
            None => bars::draw(&self.columns, &self.rows, roles.key?, &roles, width, &self.view),
        }
    }
}

impl RowWriter for Chart {
    fn begin(&mut self, _: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn rows(&mut self, _: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        for row in 0..batch.rows() {
            if self.rows.len() < MOST_ROWS {
                self.rows.push(batch.columns().iter().map(|column| column.value(row)).collect());
            } else {
                self.left_out += 1;
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return writeln!(out, "No rows: there is nothing to draw.");
        }
        let Some(drawn) = self.draw() else {
            writeln!(
                out,
                "No chart: it takes numbers and a date or key beside them, as STATS n = COUNT(*) BY key gives them."
            )?;
            let mut table = Table::new(self.view.clone());
            return table.all(out, &self.columns, &self.rows);
        };
        out.write_all(drawn.as_bytes())?;
        if self.left_out > 0 {
            writeln!(out, "({} more rows are not drawn)", self.left_out)?;
        }
        Ok(())
    }
}

/// A number as it stands beside a bar.
fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return format!("{n:.0}");
    }
    let text = format!("{n:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The label of a value.
fn label(value: &Value, view: &View) -> String {
    match value {
        Value::Null => "(null)".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        other => printable(&view.cells.plain(other).text),
    }
}

#[cfg(test)]
mod tests {
    use quarry::DataType;

    use super::*;

    fn column(name: &str, data_type: DataType) -> ColumnInfo {
        ColumnInfo { name: name.to_owned(), data_type }
    }

    #[test]
    fn the_columns_say_what_is_drawn() {
        let n = column("n", DataType::Long);
        let key = column("key", DataType::Keyword);
        let date = column("t", DataType::Date);
        assert_eq!(Roles::of(&[n.clone(), key.clone()]), Some(Roles { date: None, key: Some(1), numbers: vec![0] }));
        assert_eq!(
            Roles::of(&[n.clone(), date, key.clone()]),
            Some(Roles { date: Some(1), key: Some(2), numbers: vec![0] })
        );
        assert_eq!(Roles::of(&[n.clone(), n.clone()]), Some(Roles { date: None, key: Some(1), numbers: vec![0] }));
        assert_eq!(Roles::of(&[key]), None);
        assert_eq!(Roles::of(&[n]), None);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([number(3.0), number(2.5), number(0.333)], ["3", "2.5", "0.33"]);
    }
}
