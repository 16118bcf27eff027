//! Functions, with what they take.

use quarry::functions::registry::{self, Function};
use quarry::functions::{Category, usage};

use super::candidate::Candidate;

/// The functions that may stand where aggregates may, or grouping functions, or neither.
pub(super) fn candidates(aggregates: bool, grouping: bool) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = registry::all()
        .filter(|function| match function {
            Function::Scalar(f) => f.category != Category::Extension,
            Function::Aggregate(_) => aggregates,
            Function::Grouping(_) => grouping,
        })
        .map(candidate)
        .collect();
    all.sort_by(|a, b| a.text.cmp(&b.text));
    all
}

/// Only the aggregate or grouping functions.
pub(super) fn special(aggregates: bool) -> Vec<Candidate> {
    let wanted = |function: &Function| match function {
        Function::Aggregate(_) => aggregates,
        Function::Grouping(_) => !aggregates,
        Function::Scalar(_) => false,
    };
    let mut all: Vec<Candidate> = registry::all().filter(wanted).map(candidate).collect();
    all.sort_by(|a, b| a.text.cmp(&b.text));
    all
}

fn candidate(function: Function) -> Candidate {
    let (parameters, signatures) = match function {
        Function::Scalar(f) => (f.parameters, f.signatures),
        Function::Aggregate(f) => (f.parameters, f.signatures),
        Function::Grouping(f) => (f.parameters, f.signatures),
    };
    let name = function.name().to_uppercase();
    let text = if parameters.is_empty() { format!("{name}()") } else { format!("{name}(") };
    Candidate { text, shown: usage(function.name(), parameters, signatures) }
}
