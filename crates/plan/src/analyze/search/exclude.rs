//! Documents that are left out, as a search condition.

use quarry_diagnostics::Span;

use super::lower::Search;
use super::query::{Pattern, Piece, Query, Term};
use crate::analyze::Analyzer;
use crate::analyze::selection::{Condition, Exclusion, Test};
use crate::expression::Expr;

impl Analyzer<'_> {
    /// True for rows to which none of the exclusions applies.
    pub(in crate::analyze) fn none_of(&mut self, exclusions: &[Exclusion], span: Span) -> Expr {
        let items = exclusions.iter().map(|item| Query::And(item.all.iter().map(query).collect())).collect();
        let query = Query::Not(Box::new(Query::Or(items)));
        self.lower(&query, &Search { span, ..Search::default() })
    }
}

fn query(condition: &Condition) -> Query {
    let field = Pattern::exact(condition.field.clone());
    let term = |term: Term| Query::Term { field: Some(field.clone()), term };
    let test = match &condition.test {
        Test::Exists => Query::Exists(field.clone()),
        Test::AnyOf(values) => Query::Or(values.iter().map(|value| term(Term::phrase(value.clone()))).collect()),
        Test::LikeAny(patterns) => Query::Or(patterns.iter().map(|text| term(Term::of(pattern(text)))).collect()),
    };
    if condition.negated { Query::Not(Box::new(test)) } else { test }
}

/// `*` and `?` are wildcards; a backslash takes the next sign as it is.
fn pattern(text: &str) -> Pattern {
    let mut pattern = Pattern::default();
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '*' => pattern.push(Piece::Any),
            '?' => pattern.push(Piece::One),
            '\\' => pattern.push_char(signs.next().unwrap_or('\\')),
            sign => pattern.push_char(sign),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_told_from_signs_that_look_like_them() {
        assert_eq!(pattern("a*b?").pieces, [Piece::Text("a".into()), Piece::Any, Piece::Text("b".into()), Piece::One]);
        assert_eq!(pattern(r"C:\\x\*\").text(), Some(r"C:\x*\"));
    }
}
