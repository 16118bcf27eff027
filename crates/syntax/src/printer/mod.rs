//! Tree to text.
//!
//! The tree becomes a [`doc::Doc`], whose line breaks the width decides: without bound for [`print()`], about 100 columns for
//! [`format()`], which also knows the comments and where they stood.

mod atoms;
mod command;
mod comments;
mod doc;
mod expression;

use quarry_diagnostics::{Diagnostic, Severity};

use self::{
    comments::Reach,
    doc::{Doc, concat, hard_line, render, text},
};
use crate::{
    Comment,
    ast::{Expr, Statement},
    parse,
    parser::EXPRESSION_WORDS,
};

/// The columns that a formatted line should not go over.
const WIDTH: usize = 100;

/// What is printed and what is left to be put into it.
#[derive(Debug)]
struct Printer<'t> {
    /// The text that the tree was made from; empty where it isn't known.
    text: &'t str,
    comments: &'t [Comment],
    /// The first comment that has not been taken.
    next: usize,
}

/// The canonical text of a tree, one command a line: keywords and function names in upper case, backquotes and escapes
/// only where needed. It parses to the same tree as far as [`crate::strip_spans`] tells.
///
/// A column that is named by the text of its expression gets the canonical text as name; [`format()`] keeps its name.
#[must_use]
pub fn print(statement: &Statement) -> String {
    let mut printer = Printer { text: "", comments: &[], next: 0 };
    render(&printer.statement(statement), usize::MAX)
}

/// The canonical text of an expression, on one line.
#[must_use]
pub fn print_expression(expr: &Expr) -> String {
    let mut printer = Printer { text: "", comments: &[], next: 0 };
    render(&printer.whole(expr), usize::MAX)
}

/// A column name's segment as it is written in an expression: in backquotes where it needs them.
#[must_use]
pub fn print_identifier(text: &str) -> String {
    atoms::identifier(text, EXPRESSION_WORDS)
}

/// Lays out a query: one command a line, lines over 100 columns broken into one item a line, comments kept with what they
/// stand next to. Formatting a formatted text changes nothing.
///
/// An expression that names its column by its own text is kept as typed.
///
/// # Errors
///
/// The errors of a text that doesn't parse.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(text);
    if parsed.errors.iter().any(|error| error.severity == Severity::Error) {
        return Err(parsed.errors);
    }
    let mut printer = Printer { text, comments: &parsed.comments, next: 0 };
    let doc = printer.statement(&parsed.statement);
    Ok(render(&doc, WIDTH))
}

impl Printer<'_> {
    fn statement(&mut self, statement: &Statement) -> Doc {
        let first = statement.query.commands.first().map_or(u32::MAX, |first| first.span.start);
        let mut lines = Vec::new();
        for (i, setting) in statement.settings.iter().enumerate() {
            let beside = statement.settings.get(i + 1).map_or(first, |next| next.span.start);
            lines.push(self.item(Reach::new(setting.span, beside), ";", |printer| {
                let name = atoms::ident(&setting.name, &["true", "false", "null"]);
                concat([text(format!("SET {name} = ")), printer.expr(&setting.value, expression::PRIMARY)])
            }));
        }
        lines.extend(self.commands(&statement.query.commands, u32::MAX));
        lines.extend(self.rest().into_iter().map(text));
        let mut parts = Vec::with_capacity(lines.len() * 2);
        for (i, line) in lines.into_iter().enumerate() {
            if i > 0 {
                parts.push(hard_line());
            }
            parts.push(line);
        }
        concat(parts)
    }
}

#[cfg(test)]
mod tests;
