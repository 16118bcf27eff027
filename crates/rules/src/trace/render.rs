//! Values and constants in sentences.

use quarry::syntax::ast::Expr;
use quarry::{DataType, Value};

/// A value longer than this is cut in a sentence.
const LONGEST: usize = 160;

/// A value as it would be written in a query: texts in quotes.
pub(super) fn value(value: &Value, data_type: DataType) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) if !data_type.is_string() => short(text),
        Value::String(text) => format!("\"{}\"", short(text)),
        Value::List(values) => {
            let shown: Vec<String> = values.iter().take(5).map(|one| self::value(one, data_type)).collect();
            let more = if values.len() > 5 { format!(", and {} more", values.len() - 5) } else { String::new() };
            format!("[{}{more}]", shown.join(", "))
        }
        other => short(&other.to_string()),
    }
}

/// A constant as the query has it.
pub(super) fn constant(expr: &Expr) -> String {
    short(&quarry::syntax::print_expression(expr))
}

pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}
