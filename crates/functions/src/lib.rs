//! Functions and operators: one file each, one line in the [`registry`].
//!
//! The author of a function writes what it does to plain values; [`lift`] makes a kernel over columns of it. What
//! the function says of itself ([`definition`]) is all that the analyser, help, completion and documentation need.

pub mod aggregate;
mod aggregate_state;
mod context;
pub mod definition;
pub mod extract;
pub mod grouping;
pub mod lift;
pub mod literal;
pub mod operator;
pub mod registry;
pub mod scalar;
pub mod testing;
pub mod text;
pub mod time;
mod usage;
pub mod wkt;

pub use aggregate_state::Accumulator;
pub use context::{Context, Failure, Settings, Site, Warnings};
pub use definition::{
    AggregateFunction, BuildError, Call, Category, Evaluation, Example, GroupingFunction, GroupingKeys, Parameter,
    Returns, ScalarFunction, Signature, TypeSet,
};
pub use lift::Kernel;
pub use usage::usage;
