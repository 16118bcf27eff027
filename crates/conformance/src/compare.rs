//! Judges the result of a query by the table expected.

use std::fmt::Write;

use quarry::{QueryResult, Value};
use quarry_types::DataType;

use crate::cell::{self, Cell};
use crate::spec::Spec;

/// Doubles may differ by this part of their size: sums depend on the order of their addends.
const TOLERANCE: f64 = 1e-9;

/// Differing rows that are shown.
const MOST_ROWS: usize = 5;

/// What is wrong with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Names or order of columns.
    Columns,
    /// Types of columns.
    Types,
    /// The number of rows.
    Count,
    /// Values.
    Values,
    /// Order of rows; the values are right.
    Order,
}

/// Compares the result with what `spec` expects.
///
/// # Errors
/// What kind of difference there is, and a text that shows it.
pub fn compare(spec: &Spec, result: &QueryResult) -> Result<(), (Difference, String)> {
    let expected: Vec<&str> = spec.columns.iter().map(|(name, _)| name.as_str()).collect();
    let actual: Vec<&str> = result.columns.iter().map(|column| column.name.as_str()).collect();
    if expected != actual {
        return Err((Difference::Columns, two("columns", &expected.join(" | "), &actual.join(" | "))));
    }
    if spec.columns.iter().zip(&result.columns).any(|((_, e), a)| !same_type(e, a.data_type)) {
        let mut text = String::from("types of columns\n");
        for ((name, expected), column) in spec.columns.iter().zip(&result.columns) {
            if !same_type(expected, column.data_type) {
                let _ = writeln!(text, "  {name}: expected {expected}, got {}", column.data_type);
            }
        }
        return Err((Difference::Types, text));
    }
    rows(spec, result)
}

fn rows(spec: &Spec, result: &QueryResult) -> Result<(), (Difference, String)> {
    // Values are read by the type they have, so that an integer that is expected as long is one.
    let types: Vec<DataType> = result.columns.iter().map(|column| column.data_type).collect();
    let actual = result.rows();
    let mut left: Vec<usize> = (0..actual.len()).collect();
    // Expected rows without a partner, then what is left over.
    let mut missing = Vec::new();
    for (index, row) in spec.rows.iter().enumerate() {
        match left.iter().position(|&at| same_row(row, &actual[at], &types)) {
            Some(at) => {
                left.remove(at);
            }
            None => missing.push(index),
        }
    }
    if missing.is_empty() && left.is_empty() {
        let in_order = spec.rows.iter().zip(&actual).all(|(e, a)| same_row(e, a, &types));
        if spec.ignore_order || in_order {
            return Ok(());
        }
        let got: Vec<String> = actual.iter().take(MOST_ROWS).map(|row| format!("  {}", show(row))).collect();
        return Err((Difference::Order, format!("order of rows\n{}\n", got.join("\n"))));
    }
    let kind = if spec.rows.len() == actual.len() { Difference::Values } else { Difference::Count };
    let mut text = match kind {
        Difference::Count => format!("{} rows expected, {} got\n", spec.rows.len(), actual.len()),
        _ => format!("{} of {} rows differ\n", missing.len(), spec.rows.len()),
    };
    for &index in missing.iter().take(MOST_ROWS) {
        let cells: Vec<String> = spec.rows[index].iter().map(show_cell).collect();
        let _ = writeln!(text, "  - {}", cells.join(" | "));
    }
    for &index in left.iter().take(MOST_ROWS) {
        let _ = writeln!(text, "  + {}", show(&actual[index]));
    }
    if missing.len().max(left.len()) > MOST_ROWS {
        text.push_str("  ...\n");
    }
    Err((kind, text))
}

/// Whether a column has the type expected. Some tests call integers long.
fn same_type(expected: &str, actual: DataType) -> bool {
    let expected = cell::data_type(expected);
    expected == Some(actual) || (expected == Some(DataType::Long) && actual == DataType::Integer)
}

fn two(what: &str, expected: &str, actual: &str) -> String {
    format!("{what}\n  - {expected}\n  + {actual}\n")
}

fn show(row: &[Value]) -> String {
    row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
}

fn show_cell(cell: &Cell) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::One(value) => value.clone(),
        Cell::Many(values) => format!("[{}]", values.join(", ")),
    }
}

fn same_row(expected: &[Cell], actual: &[Value], types: &[DataType]) -> bool {
    expected.len() == actual.len()
        && expected.iter().zip(actual).zip(types).all(|((e, a), &data_type)| same_cell(e, a, data_type))
}

fn same_cell(expected: &Cell, actual: &Value, data_type: DataType) -> bool {
    let (expected, actual) = (expected.values(), actual.elements());
    expected.len() == actual.len() && expected.iter().zip(actual).all(|(e, a)| same_value(e, a, data_type))
}

fn same_value(expected: &str, actual: &Value, data_type: DataType) -> bool {
    if data_type.is_spatial() {
        return actual.as_str().is_some_and(|actual| same_shape(expected, actual));
    }
    match (cell::value(expected, data_type), actual) {
        (Some(Value::Double(e)), Value::Double(a)) => close(e, *a),
        (Some(e), a) => e == *a,
        // What can't be read can still be written alike, such as dates before Christ.
        (None, a) => a.to_string() == expected,
    }
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}

/// Whether two shapes have the same words and numbers, however the numbers are written.
fn same_shape(a: &str, b: &str) -> bool {
    let (a, b) = (shape_tokens(a), shape_tokens(b));
    a.len() == b.len()
        && a.iter().zip(&b).all(|(x, y)| match (x.parse::<f64>(), y.parse::<f64>()) {
            (Ok(x), Ok(y)) => (x - y).abs() <= 1e-6 * x.abs().max(1.0),
            _ => x == y,
        })
}

fn shape_tokens(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in text.chars() {
        if matches!(c, '(' | ')' | ',') {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.extend(c.to_uppercase());
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarry::{Engine, Session};

    fn judge(query: &str, table: &str) -> Result<(), (Difference, String)> {
        let specs = crate::spec::parse("t", &format!("t\n{query};\n{table}\n;\n")).unwrap();
        let engine = Engine::empty();
        let result = Session::default().prepare(&engine, query).unwrap().collect(&engine).unwrap();
        compare(&specs[0], &result)
    }

    #[test]
    fn equal_tables_pass() {
        judge("ROW a = 1, b = [\"x\", \"y\"], c = 0.5", "a:i | b:k | c:d\n1 | [x, y] | 0.50000000001").unwrap();
        judge("ROW a = 1", "a:long\n1").unwrap();
        judge("ROW a = [1, 2] | MV_EXPAND a", "a:integer\nignoreOrder:true\n2\n1").unwrap();
    }

    #[test]
    fn each_difference_has_its_kind() {
        let kind = |query, table| judge(query, table).unwrap_err().0;
        assert_eq!(kind("ROW a = 1", "b:integer\n1"), Difference::Columns);
        assert_eq!(kind("ROW a = 1", "a:double\n1"), Difference::Types);
        assert_eq!(kind("ROW a = 1", "a:integer\n2"), Difference::Values);
        assert_eq!(kind("ROW a = 1", "a:integer\n1\n1"), Difference::Count);
        assert_eq!(kind("ROW a = [1, 2] | MV_EXPAND a", "a:integer\n2\n1"), Difference::Order);
        let text = judge("ROW a = 1", "a:integer\n2").unwrap_err().1;
        assert_eq!(text, "1 of 1 rows differ\n  - 2\n  + 1\n");
    }

    #[test]
    fn shapes_are_equal_when_their_numbers_are() {
        assert!(same_shape("POINT(1 2)", "point (1.0 2.00)"));
        assert!(!same_shape("POINT(1 2)", "POINT (1 3)"));
    }
}
