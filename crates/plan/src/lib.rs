//! From a syntax tree to a typed, optimised plan.
//!
//! [`analyze`](analyze::analyze) resolves every name against a [`Catalog`](catalog::Catalog) and types every
//! expression; [`optimize`](optimize::optimize) moves filters down to the scan, prunes columns and derives the
//! literals that a scan may look for. Nothing here knows files.

pub mod analyze;
pub mod catalog;
pub mod explain;
pub mod expression;
pub mod fold;
pub mod lineage;
pub mod optimize;
pub mod plan;
pub mod scan;

pub use expression::{AggregateCall, Attribute, Call, CallEvaluation, ColumnId, Expr, ExprKind};
pub use plan::{Matching, Node, Plan, SortKey, Whole};
