//! The text of an ES|QL query as a tree.
pub mod ast;
