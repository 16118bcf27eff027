//! The list of everything that can be called. Adding a function is one file and one line in its folder's `mod.rs`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{AggregateFunction, GroupingFunction, ScalarFunction};
use crate::{aggregate, grouping, operator, scalar};

/// A function of any kind.
#[derive(Clone, Copy, Debug)]
pub enum Function {
    /// Of one row.
    Scalar(&'static ScalarFunction),
    /// Of many rows.
    Aggregate(&'static AggregateFunction),
    /// Of grouping keys.
    Grouping(&'static GroupingFunction),
}

impl Function {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Function::Scalar(f) => f.name,
            Function::Aggregate(f) => f.name,
            Function::Grouping(f) => f.name,
        }
    }

    fn aliases(self) -> &'static [&'static str] {
        match self {
            Function::Scalar(f) => f.aliases,
            Function::Aggregate(f) => f.aliases,
            Function::Grouping(f) => f.aliases,
        }
    }
}

static BY_NAME: LazyLock<HashMap<&'static str, Function>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for function in all() {
        for name in std::iter::once(function.name()).chain(function.aliases().iter().copied()) {
            by_name.insert(name, function);
        }
    }
    by_name
});

/// Every function that a query can call by name, operators excluded.
pub fn all() -> impl Iterator<Item = Function> {
    scalar::CHAPTERS
        .iter()
        .flat_map(|chapter| chapter.iter())
        .map(|f| Function::Scalar(f))
        .chain(aggregate::ALL.iter().map(|f| Function::Aggregate(f)))
        .chain(grouping::ALL.iter().map(|f| Function::Grouping(f)))
}

/// The function called `name`, in any case.
#[must_use]
pub fn find(name: &str) -> Option<Function> {
    BY_NAME.get(name.to_ascii_lowercase().as_str()).copied()
}

/// The operator called `name`: `add`, `equals`, `and`...
#[must_use]
pub fn operator(name: &str) -> Option<&'static ScalarFunction> {
    operator::ALL.iter().copied().find(|f| f.name == name)
}

/// Every operator.
pub fn operators() -> impl Iterator<Item = &'static ScalarFunction> {
    operator::ALL.iter().copied()
}

/// All names, aliases included, sorted: for suggestions.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = BY_NAME.keys().copied().collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_and_unique() {
        let mut seen = std::collections::HashSet::new();
        for function in all() {
            for name in std::iter::once(&function.name()).chain(function.aliases()) {
                assert_eq!(*name, name.to_ascii_lowercase());
                assert!(seen.insert(*name), "{name} is listed twice");
            }
        }
    }

    #[test]
    fn every_function_says_what_it_does() {
        for function in all() {
            let (summary, signatures, parameters) = match function {
                Function::Scalar(f) => (f.summary, f.signatures, f.parameters),
                Function::Aggregate(f) => (f.summary, f.signatures, f.parameters),
                Function::Grouping(f) => (f.summary, f.signatures, f.parameters),
            };
            assert!(summary.ends_with('.'), "{}: {summary}", function.name());
            assert!(!signatures.is_empty(), "{} has no signature", function.name());
            let most = signatures.iter().map(|s| s.parameters.len()).max().unwrap_or(0);
            assert_eq!(parameters.len(), most, "{} names its parameters", function.name());
        }
    }
}
