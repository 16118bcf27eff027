//! Detection rules: their files, their runs over logs, and the alerts that come of them.
//!
//! Queries are evaluated only through [`quarry`].

mod alert;
mod events;
mod load;
mod rule;
mod run;
mod test;
pub mod trace;

pub use alert::{Alert, Carried};
pub use events::{Event, Events, read_events, write_events};
pub use load::{Loaded, load};
pub use rule::{Metadata, Rule, RuleError, RuleTest};
pub use run::{CARRY, RuleFailure, RuleRun, run_rule};
pub use test::{TestOutcome, run_tests};
