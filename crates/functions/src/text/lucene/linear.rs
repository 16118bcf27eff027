//! Expressions without complement and intersection, run by the `regex` engine.

use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

use super::syntax::Expression;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Matcher {
    regex: Regex,
}

impl Matcher {
    /// Compiles an expression that has no boolean operators.
    pub(super) fn new(expression: &Expression) -> Result<Self, String> {
        let anchored = Hir::concat(vec![Hir::look(Look::Start), translate(expression), Hir::look(Look::End)]);
        let config = Config::new().nfa_size_limit(Some(32 << 20));
        let regex = Regex::builder()
            .configure(config)
            .build_from_hir(&anchored)
            .map_err(|_| "the expression is too large".to_owned())?;
        Ok(Self { regex })
    }

    /// Whether the whole of `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

fn translate(expression: &Expression) -> Hir {
    match expression {
        Expression::Class(ranges) => {
            let ranges = ranges.iter().map(|(from, to)| ClassUnicodeRange::new(*from, *to));
            Hir::class(Class::Unicode(ClassUnicode::new(ranges)))
        }
        Expression::Sequence(parts) => Hir::concat(parts.iter().map(translate).collect()),
        Expression::Either(parts) => Hir::alternation(parts.iter().map(translate).collect()),
        Expression::Repeat(inner, min, max) => {
            Hir::repetition(Repetition { min: *min, max: *max, greedy: true, sub: Box::new(translate(inner)) })
        }
        // The boolean operators never get here.
        Expression::Nothing | Expression::Both(_) | Expression::Not(_) => Hir::fail(),
    }
}
