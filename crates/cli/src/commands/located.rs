//! Where a rule's query stands in its file, so that problems name the file's lines and not the query's.

use std::fs;

use quarry::diagnostics::{Diagnostic, Fix, Label, Span};
use quarry_rules::Rule;

/// The text that a rule's problems are shown in.
#[derive(Clone, Debug)]
pub(super) struct Located {
    /// The file where the query stands in it as it is, else the query.
    pub(super) text: String,
    /// Where the query begins in the text.
    begin: usize,
}

impl Located {
    /// Looks for the query in the rule's file. A string with escapes isn't there as it is.
    pub(super) fn of(rule: &Rule) -> Self {
        let is_inside = rule.path.extension().is_some_and(|extension| extension == "toml");
        let file = is_inside.then(|| fs::read_to_string(&rule.path).ok()).flatten();
        match file.and_then(|text| Some((text.find(&rule.query)?, text))) {
            Some((begin, text)) => Self { text, begin },
            None => Self::whole(&rule.query),
        }
    }

    /// A query that is all of its text.
    pub(super) fn whole(query: &str) -> Self {
        Self { text: query.to_owned(), begin: 0 }
    }

    /// Diagnostics of the query as those of the text.
    pub(super) fn place(&self, diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
        let span = |span: Span| Span::new(span.start as usize + self.begin, span.end as usize + self.begin);
        let label = |label: &Label| Label { span: span(label.span), text: label.text.clone() };
        let place = |diagnostic: &Diagnostic| Diagnostic {
            span: diagnostic.span.map(span),
            labels: diagnostic.labels.iter().map(label).collect(),
            fix: diagnostic.fix.as_ref().map(|fix| Fix { span: span(fix.span), replacement: fix.replacement.clone() }),
            ..diagnostic.clone()
        };
        diagnostics.iter().map(place).collect()
    }
}

/// What is to be said of a rule, for people.
pub(super) fn report(rule: &Rule, diagnostics: &[Diagnostic]) -> String {
    let located = Located::of(rule);
    crate::output::diagnostics(&rule.path.display().to_string(), &located.text, &located.place(diagnostics))
}
