//! Detection rules: their files, their runs over logs, and the alerts that come of them.
//!
//! | what | module |
//! | --- | --- |
//! | rule files, and which of them are meant | `load`, `rule`, `select` |
//! | a rule as one search over all input | `run` |
//! | rules on their schedules over history | `schedule`, `backtest` |
//! | rows as alerts: identity, document, overrides | `prepare`, `alert`, `overrides`, `reason` |
//! | alerts that become one, and those that don't count | `suppress`, `exceptions` |
//! | alerts that other rules read | `alert_index`, `alert_order` |
//! | what is wrong with a rule's file, and whether its text is kept as it is | `faults`, `layout` |
//! | the rules' own tests | `test`, `update`, `junit` |
//! | a rule from a sample event | `scaffold` |
//! | why an event is an alert or none | `trace` |
//! | logs that still grow | `follow` |
//!
//! Queries are evaluated only through [`quarry`].

mod alert;
mod alert_index;
mod alert_order;
mod backtest;
mod events;
mod exceptions;
mod faults;
pub mod follow;
mod grouping;
mod in_order;
mod junit;
mod layout;
mod load;
mod lookups;
mod overrides;
mod prepare;
mod reason;
mod rule;
mod run;
mod scaffold;
mod schedule;
mod select;
mod sources;
mod suppress;
mod test;
#[cfg(test)]
mod testing;
mod together;
pub mod trace;
mod update;
pub mod xml;

pub use alert::{ALERT_INDEX, Alert, Carried};
pub use alert_index::{AlertIndex, AlertIndexError};
pub use alert_order::{AlertOrder, alert_order};
pub use backtest::{BacktestOptions, Event as WindowEvent, RuleBacktest, backtest};
pub use events::{Event, Events, read_events, write_events};
pub use exceptions::Exceptions;
pub use faults::{faults, repeated_ids};
pub use junit::{failures, junit};
pub use layout::keeps_layout;
pub use load::{Loaded, load};
pub use lookups::{add_lookups, lookups};
pub use overrides::{SEVERITIES, severity_rank};
pub use prepare::RunOptions;
pub use rule::{Metadata, Rule, RuleError, RuleTest};
pub use run::{RuleFailure, RuleRun, run_rule, search};
pub use scaffold::{Scaffold, ScaffoldKind, scaffold};
pub use schedule::{Schedule, duration};
pub use select::Selector;
pub use suppress::Suppression;
pub use test::{Difference, TestOutcome, run_tests};
pub use together::{SearchEvent, search_all};
pub use update::{test_file, update_tests};
