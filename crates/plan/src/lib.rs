//! From a syntax tree to a typed, optimised plan.
pub mod catalog;
pub mod scan;
