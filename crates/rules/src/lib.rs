//! Detection rules: their files, their runs over logs, and the alerts that come of them.
//!
//! Queries are evaluated only through [`quarry`].

mod alert;
mod load;
mod lookups;
mod rule;
mod run;
mod test;

pub use alert::{Alert, Carried};
pub use load::{Loaded, load};
pub use lookups::lookups;
pub use rule::{Metadata, Rule, RuleError, RuleTest};
pub use run::{CARRY, RuleFailure, RuleRun, run_rule};
pub use test::{TestOutcome, run_tests};
