//! The text of an ES|QL query as a tree, and the tree as text.
//!
//! [`parse`] always gives a tree and all errors: a command that can't be parsed becomes [`ast::CommandKind::Error`] and
//! the next one is read as usual. [`print()`] gives the tree's canonical text, [`format()`] lays out a text and
//! keeps its comments. [`commands`] lists the commands for help, completion and documentation.
//!
//! No tree is higher than about [`MAX_EXPRESSION_DEPTH`] nodes, so walking one by recursion is safe: deeper
//! expressions are refused, and long chains of AND or OR are built as balanced trees.

pub mod ast;
mod lexemes;
mod lexer;
mod parser;
mod printer;
mod spans;

pub use lexemes::{Lexeme, LexemeKind, lexemes};
pub use lexer::quoted::{backquoted_value, string_value};
pub use parser::{
    CommandInfo, Comment, MAX_EXPRESSION_DEPTH, MAX_PIPE_STAGES, MAX_TEXT_LENGTH, Parsed, commands, is_reserved, parse,
    parse_expression,
};
pub use printer::{format, print, print_expression, print_identifier};
pub use spans::strip_spans;
