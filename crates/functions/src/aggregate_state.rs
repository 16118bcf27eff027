//! How aggregates are computed: grouped, mergeable, with a state made of columns.

use quarry_types::Column;

use crate::Context;

/// The state of one aggregate over many groups. Groups are numbered from 0 by the caller; their number only grows.
///
/// A state can leave as columns with one row per group, travel, and be merged into another: threads do that today.
pub trait Accumulator: Send {
    /// Adds rows: row `i` of `inputs` belongs to the group `groups[i]`, and every number is below `group_count`.
    fn update(&mut self, context: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]);

    /// The state as columns of `group_count` rows; the accumulator is empty afterwards.
    fn state(&mut self, group_count: usize) -> Vec<Column>;

    /// Adds another state: row `i` of its columns belongs to the group `groups[i]` here.
    fn merge(&mut self, context: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]);

    /// The results, one row per group; the accumulator is empty afterwards.
    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column;

    /// The bytes that the state takes, roughly.
    fn memory_bytes(&self) -> usize;
}

impl std::fmt::Debug for dyn Accumulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accumulator").field("memory_bytes", &self.memory_bytes()).finish()
    }
}
