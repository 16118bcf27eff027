//! Detection rules: their files, their runs over logs, and the alerts that come of them.
//!
//! Queries are evaluated only through [`quarry`].

mod alert;
mod load;
mod rule;
mod run;
mod test;

pub use alert::{Alert, Carried};
pub use load::{load, Loaded};
pub use rule::{Metadata, Rule, RuleError, RuleTest};
pub use test::{run_tests, TestOutcome};
pub use run::{run_rule, RuleFailure, RuleRun, CARRY};
