//! Commands that take a string apart into several columns: one file each.

pub mod dissect;
pub mod grok;
pub mod ip_location;
pub mod registered_domain;
mod rows;
pub mod uri_parts;
pub mod user_agent;

use std::fmt::Debug;

use quarry_types::{Column, DataType};

use crate::Context;

/// Makes several columns of one.
pub trait Extractor: Debug + Send + Sync {
    /// The names and types of the columns that come out, in output order.
    fn columns(&self) -> Vec<(String, DataType)>;

    /// The columns for the rows of `input`, each of `context.rows` rows. `wanted[i]` tells whether column `i` is
    /// read later; one that isn't may be all null.
    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column>;

    /// A short description for the plan's explanation: the pattern, say.
    fn describe(&self) -> String;
}
