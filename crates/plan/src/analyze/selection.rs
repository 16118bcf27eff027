//! Which documents a run reads, beside what its query says.

use quarry_diagnostics::Span;
use quarry_types::DataType;

use super::Analyzer;
use crate::plan::{Node, Plan};

/// What a run adds to every FROM of a query, as the detection engine does with a filter beside the query. Lookups
/// are left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The fields that say when a document happened, the first that it has; of a run over a window of time. Empty
    /// where all times are read.
    pub times: Vec<String>,
    /// Documents for which any of these holds are left out.
    pub none_of: Vec<Exclusion>,
}

/// Conditions that all have to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclusion {
    /// The conditions.
    pub all: Vec<Condition>,
}

/// A condition on a field. A list satisfies it where one of its values does; a field that isn't there never does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The field's full name.
    pub field: String,
    /// What is asked of it.
    pub test: Test,
    /// Whether the condition holds where the test doesn't.
    pub negated: bool,
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It has one of these values. A text field has them as phrases.
    AnyOf(Vec<String>),
    /// It has a value that one of these patterns matches, with `*` and `?`.
    LikeAny(Vec<String>),
    /// It has a value.
    Exists,
}

impl Selection {
    /// The fields that it reads.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let excluded = self.none_of.iter().flat_map(|exclusion| &exclusion.all).map(|condition| &condition.field);
        self.times.iter().chain(excluded).map(String::as_str)
    }
}

impl Analyzer<'_> {
    /// The rows of a FROM that a run reads.
    pub(super) fn selected(&mut self, plan: Plan) -> Plan {
        let selection = self.environment.selection;
        let plan = if selection.none_of.is_empty() { plan } else { self.without_excluded(plan) };
        if selection.times.is_empty() {
            return plan;
        }
        let times = selection
            .times
            .iter()
            .filter_map(|name| plan.output.iter().find(|attribute| *attribute.name == **name))
            .filter(|attribute| attribute.data_type.is_date())
            .map(|attribute| attribute.id)
            .collect();
        let output = plan.output.clone();
        Plan { node: Node::Window { input: Box::new(plan), times }, output }
    }

    fn without_excluded(&mut self, plan: Plan) -> Plan {
        let outer = std::mem::replace(&mut self.scope, plan.output.clone());
        let condition = self.none_of(&self.environment.selection.none_of, Span::default());
        self.scope = outer;
        debug_assert_eq!(condition.data_type, DataType::Boolean);
        let output = plan.output.clone();
        Plan { node: Node::Filter { input: Box::new(plan), conditions: vec![condition] }, output }
    }
}
