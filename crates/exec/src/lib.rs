//! Runs a plan.
//!
//! The part of a plan below its first blocking step runs in *lanes*, one for each split of the input, several at a
//! time. What the lanes put out is taken in lane order, so that the result doesn't depend on how many threads there
//! are. The blocking step has a half that runs in the lanes (partial aggregation, the first n rows) and a half that
//! joins them. Nothing here knows files.

mod ahead;
mod budget;
mod evaluate;
mod group_table;
mod lane;
mod operator;
mod run;
mod together;
mod widen;

pub use budget::Budget;
pub use evaluate::Evaluator;
pub use run::{ExecError, ExecOptions, execute};
pub use together::{Task, execute_together};
