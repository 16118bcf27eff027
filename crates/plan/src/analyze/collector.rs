//! What STATS gathers while its aggregates are analysed.

use std::collections::HashSet;

use crate::expression::{AggregateCall, Attribute, Expr};

/// What is known while the aggregates of a STATS command are analysed.
#[derive(Debug, Default)]
pub(super) struct Collector {
    /// The aggregates found so far.
    pub(super) calls: Vec<AggregateCall>,
    /// The grouping keys as they come out.
    pub(super) keys: Vec<Attribute>,
    /// The source text of each key, to find it again in an expression.
    pub(super) key_sources: Vec<String>,
    /// The names that each computed key reads, and its text with the name that it is given.
    pub(super) key_definitions: Vec<(HashSet<String>, String)>,
    /// The columns before the command.
    pub(super) input: Vec<Attribute>,
    /// The text of the aggregate whose arguments are being analysed.
    pub(super) inside: Option<String>,
    /// Whether a filter is being analysed.
    pub(super) in_filter: Option<String>,
}

impl Collector {
    /// The key called `name`, outside of aggregates.
    pub(super) fn column(&self, name: &str) -> Option<Expr> {
        if self.inside.is_some() || self.in_filter.is_some() {
            return None;
        }
        self.keys.iter().find(|key| &*key.name == name).map(Expr::column)
    }

    /// Whether the grouping function of this text is wanted of each row: inside an aggregate or its filter, where BY
    /// has it too.
    pub(super) fn reads_rows(&self, source: &str) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        let wanted = plain(source);
        (self.inside.is_some() || self.in_filter.is_some())
            && self.key_sources.iter().any(|key| plain(key).contains(&wanted))
    }

    /// The key made by the same text: `BUCKET(...)` under STATS and BY.
    pub(super) fn group_by_source(&self, source: &str) -> Option<Expr> {
        let at = self.key_sources.iter().position(|key| key.eq_ignore_ascii_case(source))?;
        self.keys.get(at).map(Expr::column)
    }

    /// Why an expression outside of aggregates can't see the column `name`.
    pub(super) fn hidden_because(&self, name: &str) -> String {
        match self.key_definitions.iter().find(|(names, _)| names.contains(name)) {
            Some((_, definition)) => format!(
                "column [{name}] cannot be used as an aggregate once declared in the STATS BY grouping key [{definition}]"
            ),
            None => {
                format!("column [{name}] must appear in the STATS BY clause or be used in an aggregate function")
            }
        }
    }

    /// Whether `name` is a column that an expression outside of aggregates can't see.
    pub(super) fn hides(&self, name: &str) -> bool {
        self.inside.is_none() && self.in_filter.is_none() && self.input.iter().any(|a| &*a.name == name)
    }
}
