//! Comments, each given to the part of the query that it is next to.
//!
//! Items (commands, elements of lists, operands of AND and OR) are built in the order of the text. An item takes the
//! comments before and inside it onto lines of their own above it, and those after it on the same line to its end.

use quarry_diagnostics::Span;

use super::{
    Printer,
    doc::{Doc, concat, hard_line, suffix, text},
};

/// Where an item's comments are to be looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// The item's place.
    pub(super) span: Span,
    /// Comments before this go above the item: its start, or that of a part behind which there is no room for them.
    pub(super) above: u32,
    /// Comments on the item's last line go to its end if they start before this.
    pub(super) beside: u32,
}

impl Reach {
    pub(super) fn new(span: Span, beside: u32) -> Self {
        Self { span, above: span.start, beside }
    }
}

impl Printer<'_> {
    /// An item followed by `tail`, with its comments.
    pub(super) fn item(&mut self, reach: Reach, tail: &'static str, build: impl FnOnce(&mut Self) -> Doc) -> Doc {
        let mut above = self.take_before(reach.above);
        let doc = build(self);
        above.extend(self.take_before(reach.span.end));
        let beside = self.take_beside(reach.span.end, reach.beside);
        let mut parts = Vec::new();
        for comment in above {
            parts.push(text(comment));
            parts.push(hard_line());
        }
        parts.push(doc);
        parts.push(text(tail));
        parts.extend(beside.into_iter().map(suffix));
        concat(parts)
    }

    /// The comments that start before `end` and have not been taken.
    pub(super) fn take_before(&mut self, end: u32) -> Vec<String> {
        let mut taken = Vec::new();
        while let Some(comment) = self.comments.get(self.next).filter(|comment| comment.span.start < end) {
            taken.push(comment.text.clone());
            self.next += 1;
        }
        taken
    }

    fn take_beside(&mut self, mut end: u32, limit: u32) -> Vec<String> {
        let mut taken = Vec::new();
        while let Some(comment) = self.comments.get(self.next).filter(|comment| comment.span.start < limit) {
            let gap = Span { start: end, end: comment.span.start }.text(self.text);
            if !only_joins(gap) {
                break;
            }
            end = comment.span.end;
            taken.push(comment.text.clone());
            self.next += 1;
            if comment.text.contains('\n') {
                break;
            }
        }
        taken
    }

    /// What has not been taken at the end of the text.
    pub(super) fn rest(&mut self) -> Vec<String> {
        self.take_before(u32::MAX)
    }
}

/// Whether `gap` is on one line and holds nothing but what joins two items.
fn only_joins(gap: &str) -> bool {
    let word = gap.trim_matches([' ', '\t']);
    !gap.contains(['\n', '\r'])
        && (matches!(word, "" | "," | "|" | ";") || word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or"))
}
