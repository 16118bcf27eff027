//! KEEP, DROP and RENAME.

use quarry_diagnostics::{Code, Diagnostic, Span, did_you_mean, surely_meant};
use quarry_syntax::ast::{NamePattern, PatternPiece, Rename};

use super::{Analyzer, project, suggestion};
use crate::expression::Attribute;
use crate::plan::Plan;

/// How strongly a pattern of KEEP holds a column: an exact name over a partial wildcard over `*`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precedence {
    Everything,
    Wildcard,
    Exact,
}

impl Analyzer<'_> {
    pub(super) fn keep(&mut self, plan: Plan, patterns: &[NamePattern]) -> Plan {
        let plan = self.with_missing(plan, patterns);
        let mut kept: Vec<(Attribute, Precedence)> = Vec::new();
        for pattern in patterns {
            let (columns, precedence) = self.matching(&plan, pattern);
            for attribute in columns {
                // The strongest pattern places a column; of equally strong ones the last.
                match kept.iter().position(|(held, _)| held.id == attribute.id) {
                    Some(at) if kept[at].1 > precedence => continue,
                    Some(at) => {
                        kept.remove(at);
                    }
                    None => {}
                }
                kept.push((attribute, precedence));
            }
        }
        let mut output: Vec<Attribute> =
            kept.into_iter().map(|(attribute, _)| Attribute { hidden: false, ..attribute }).collect();
        self.keep_hidden(&plan, patterns, &mut output);
        self.carry(&plan, &mut output);
        project(plan, output)
    }

    pub(super) fn drop(&mut self, plan: Plan, patterns: &[NamePattern]) -> Plan {
        let plan = self.with_missing(plan, patterns);
        let mut dropped = Vec::new();
        for pattern in patterns {
            if pattern.is_star() {
                self.error(Code::BAD_PATTERN, pattern.span, "Removing all fields is not allowed [*]");
                continue;
            }
            dropped.extend(self.matching(&plan, pattern).0.into_iter().map(|attribute| attribute.id));
        }
        let mut output: Vec<Attribute> =
            plan.output.iter().filter(|attribute| !dropped.contains(&attribute.id)).cloned().collect();
        self.carry(&plan, &mut output);
        project(plan, output)
    }

    pub(super) fn rename(&mut self, plan: Plan, renames: &[Rename]) -> Plan {
        let patterns: Vec<NamePattern> = renames.iter().map(|rename| rename.old.clone()).collect();
        let plan = self.with_missing(plan, &patterns);
        let mut output = plan.output.clone();
        let mut consumed: Vec<(String, String)> = Vec::new();
        for rename in renames {
            let (Some(old), Some(new)) = (self.pattern_text(&rename.old), self.pattern_text(&rename.new)) else {
                continue;
            };
            let Some(at) = output.iter().position(|attribute| &*attribute.name == old.as_str()) else {
                match consumed.iter().find(|(from, _)| *from == old) {
                    Some((_, to)) => {
                        let message = format!(
                            "Column [{old}] renamed to [{to}] and is no longer available [{}]",
                            self.source(rename.span)
                        );
                        self.error(Code::UNKNOWN_COLUMN, rename.span, message);
                    }
                    None => self.unknown(&old, &output, rename.old.span),
                }
                continue;
            };
            if old == new {
                continue;
            }
            output[at].name = new.as_str().into();
            output[at].hidden = false;
            let renamed = output[at].id;
            output.retain(|attribute| attribute.id == renamed || &*attribute.name != new.as_str());
            consumed.retain(|(from, _)| *from != new);
            consumed.push((old, new));
        }
        project(plan, output)
    }

    /// The columns that a pattern matches, in their order.
    pub(super) fn matching_columns(&mut self, plan: &Plan, pattern: &NamePattern) -> Vec<Attribute> {
        self.matching(plan, pattern).0
    }

    /// The columns that a pattern matches, in their order; an error where there are none.
    fn matching(&mut self, plan: &Plan, pattern: &NamePattern) -> (Vec<Attribute>, Precedence) {
        if pattern.has_wildcard() {
            let Some(pieces) = self.filled(pattern) else { return (Vec::new(), Precedence::Wildcard) };
            let matching: Vec<Attribute> = plan
                .output
                .iter()
                .filter(|attribute| !attribute.hidden && matches_pieces(&pieces, &attribute.name))
                .cloned()
                .collect();
            let precedence = if pattern.is_star() { Precedence::Everything } else { Precedence::Wildcard };
            if matching.is_empty() && !pattern.is_star() && !self.is_known(&pieces) {
                let text = self.source(pattern.span);
                let bare = text.trim_matches('*');
                let similar = did_you_mean(bare, plan.output.iter().map(|attribute| &*attribute.name));
                let message = format!("No matches found for pattern [{text}]{}", suggestion(&similar));
                self.error(Code::UNKNOWN_COLUMN, pattern.span, message);
            }
            return (matching, precedence);
        }
        let Some(name) = self.pattern_text(pattern) else { return (Vec::new(), Precedence::Exact) };
        match plan.output.iter().rev().find(|attribute| &*attribute.name == name.as_str()) {
            Some(attribute) => (vec![attribute.clone()], Precedence::Exact),
            None => {
                self.unknown(&name, &plan.output, pattern.span);
                (Vec::new(), Precedence::Exact)
            }
        }
    }

    /// Whether fields like these exist in such documents, though none was seen in these: nothing is kept then, and
    /// nothing is wrong.
    fn is_known(&self, pieces: &[PatternPiece]) -> bool {
        match self.unmapped {
            super::Unmapped::Silent => return true,
            super::Unmapped::Warn if !self.closed => return true,
            _ => {}
        }
        let hidden = self.scope.iter().any(|a| a.hidden && matches_pieces(pieces, &a.name));
        hidden || self.tables.iter().any(|table| table.knows_any(&|name| matches_pieces(pieces, name)))
    }

    /// A name pattern without wildcard as text, parameters filled in.
    pub(super) fn pattern_text(&mut self, pattern: &NamePattern) -> Option<String> {
        let mut text = String::new();
        for piece in self.filled(pattern)? {
            match piece {
                PatternPiece::Literal(literal) => text.push_str(&literal),
                PatternPiece::Any => text.push('*'),
                PatternPiece::Param(_) => return None,
            }
        }
        Some(text)
    }

    fn filled(&mut self, pattern: &NamePattern) -> Option<Vec<PatternPiece>> {
        let mut pieces = Vec::with_capacity(pattern.pieces.len());
        for piece in &pattern.pieces {
            pieces.push(match piece {
                PatternPiece::Param(param) => match self.param_value(param)? {
                    quarry_types::Value::String(text) => PatternPiece::Literal(text),
                    _ => return None,
                },
                other => other.clone(),
            });
        }
        Some(pieces)
    }

    fn unknown(&mut self, name: &str, columns: &[Attribute], span: Span) {
        if self.resolve(name, span).is_some() || self.diagnostics.last().is_some_and(|last| last.span == Some(span)) {
            return;
        }
        let similar = did_you_mean(name, columns.iter().map(|attribute| &*attribute.name));
        let message = format!("Unknown column [{name}]{}", suggestion(&similar));
        let mut diagnostic = Diagnostic::error(Code::UNKNOWN_COLUMN, span, message);
        if let Some(meant) = surely_meant(name, &similar) {
            diagnostic = diagnostic.with_fix(span, meant);
        }
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn with_missing(&mut self, plan: Plan, patterns: &[NamePattern]) -> Plan {
        patterns.iter().filter_map(NamePattern::exact).fold(plan, |plan, name| self.with_missing_column(plan, &name))
    }

    /// Keeps hidden columns that a wildcard takes in: they stay hidden, and can still be referred to.
    fn keep_hidden(&mut self, plan: &Plan, patterns: &[NamePattern], output: &mut Vec<Attribute>) {
        for pattern in patterns.iter().filter(|pattern| pattern.has_wildcard()) {
            let Some(pieces) = self.filled(pattern) else { continue };
            for attribute in plan.output.iter().filter(|a| a.hidden && matches_pieces(&pieces, &a.name)) {
                if output.iter().all(|other| other.id != attribute.id && other.name != attribute.name) {
                    output.push(attribute.clone());
                }
            }
        }
    }

    /// Keeps what the outer query of a view needs.
    fn carry(&self, plan: &Plan, output: &mut Vec<Attribute>) {
        for carried in &self.carried {
            if plan.position(carried.id).is_some() && output.iter().all(|attribute| attribute.id != carried.id) {
                output.push(carried.clone());
            }
        }
    }
}

/// Whether a name matches a pattern of literals and stars.
pub(super) fn matches_pieces(pieces: &[PatternPiece], name: &str) -> bool {
    match pieces {
        [] => name.is_empty(),
        [PatternPiece::Any] => true,
        [PatternPiece::Literal(literal), rest @ ..] => {
            name.strip_prefix(literal.as_str()).is_some_and(|tail| matches_pieces(rest, tail))
        }
        [PatternPiece::Any, rest @ ..] => {
            (0..=name.len()).filter(|at| name.is_char_boundary(*at)).any(|at| matches_pieces(rest, &name[at..]))
        }
        [PatternPiece::Param(_), ..] => false,
    }
}
