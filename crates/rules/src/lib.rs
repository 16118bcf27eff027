//! Detection rules: their files, their runs over logs, and the alerts that come of them.
//!
//! Queries are evaluated only through [`quarry`].

mod alert;
mod events;
pub mod follow;
mod junit;
mod load;
mod rule;
mod run;
mod scaffold;
mod test;
pub mod trace;
mod update;

pub use alert::{Alert, Carried};
pub use events::{Event, Events, read_events, write_events};
pub use junit::{failures, junit};
pub use load::{Loaded, load};
pub use rule::{Metadata, Rule, RuleError, RuleTest};
pub use run::{CARRY, RuleFailure, RuleRun, run_rule};
pub use scaffold::{Scaffold, ScaffoldKind, scaffold};
pub use test::{Difference, TestOutcome, run_tests};
pub use update::{test_file, update_tests};
