//! Text whose line breaks are decided by its width: a group is set on one line where it fits, and else broken at all
//! of its lines.

/// A piece of text to be laid out.
#[derive(Clone, Debug)]
pub(super) struct Doc {
    kind: Kind,
    /// Whether it holds something that can't be on one line: every group around it is broken.
    hard: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Text(String),
    /// A break, or this text where the group is on one line.
    Line(&'static str),
    Hard,
    /// Text that goes to the end of its line: a comment after code.
    Suffix(String),
    Concat(Vec<Doc>),
    Nest(Box<Doc>),
    Group(Box<Doc>),
}

const INDENT: usize = 4;

pub(super) fn text(text: impl Into<String>) -> Doc {
    let text = text.into();
    let hard = text.contains('\n');
    Doc { kind: Kind::Text(text), hard }
}

/// A space, or a break.
pub(super) fn line() -> Doc {
    Doc { kind: Kind::Line(" "), hard: false }
}

/// Nothing, or a break.
pub(super) fn soft_line() -> Doc {
    Doc { kind: Kind::Line(""), hard: false }
}

/// A break.
pub(super) fn hard_line() -> Doc {
    Doc { kind: Kind::Hard, hard: true }
}

/// A comment at the end of the present line.
pub(super) fn suffix(text: impl Into<String>) -> Doc {
    Doc { kind: Kind::Suffix(text.into()), hard: true }
}

pub(super) fn concat(parts: impl IntoIterator<Item = Doc>) -> Doc {
    let parts: Vec<Doc> = parts.into_iter().collect();
    let hard = parts.iter().any(|part| part.hard);
    Doc { kind: Kind::Concat(parts), hard }
}

/// The same, one step further in after each break.
pub(super) fn nest(doc: Doc) -> Doc {
    Doc { hard: doc.hard, kind: Kind::Nest(Box::new(doc)) }
}

pub(super) fn group(doc: Doc) -> Doc {
    Doc { hard: doc.hard, kind: Kind::Group(Box::new(doc)) }
}

/// `open`, the items one after the other or one a line, `close`.
pub(super) fn bracketed(open: impl Into<String>, items: Vec<Doc>, close: &'static str) -> Doc {
    let open = text(open);
    if items.is_empty() {
        return concat([open, text(close)]);
    }
    let inside = nest(concat([soft_line(), separated(items)]));
    group(concat([open, inside, soft_line(), text(close)]))
}

/// The items with breaks between them.
pub(super) fn separated(items: Vec<Doc>) -> Doc {
    let mut parts = Vec::with_capacity(items.len() * 2);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            parts.push(line());
        }
        parts.push(item);
    }
    concat(parts)
}

/// The text of `doc` in lines of about `width` columns.
pub(super) fn render(doc: &Doc, width: usize) -> String {
    let mut out = Output { text: String::new(), column: 0, suffix: String::new() };
    let mut stack = vec![(0_usize, false, doc)];
    while let Some((indent, flat, doc)) = stack.pop() {
        match &doc.kind {
            Kind::Text(text) => out.push(text),
            Kind::Line(space) if flat => out.push(space),
            Kind::Line(_) | Kind::Hard => out.newline(indent),
            Kind::Suffix(text) => {
                out.suffix.push(' ');
                out.suffix.push_str(text);
            }
            Kind::Concat(parts) => stack.extend(parts.iter().rev().map(|part| (indent, flat, part))),
            Kind::Nest(inner) => stack.push((indent + INDENT, flat, inner)),
            Kind::Group(inner) => {
                let flat = !inner.hard && fits(inner, &stack, width.saturating_sub(out.column));
                stack.push((indent, flat, inner));
            }
        }
    }
    out.flush();
    out.text
}

/// Whether `doc` on one line, with what follows it up to the next break, needs no more than `width` columns.
fn fits(doc: &Doc, rest: &[(usize, bool, &Doc)], width: usize) -> bool {
    let mut left = width;
    let mut stack = vec![(true, doc)];
    let mut rest = rest.iter().rev();
    loop {
        let (flat, doc) = match stack.pop() {
            Some(next) => next,
            None => match rest.next() {
                Some((_, flat, doc)) => (*flat, *doc),
                None => return true,
            },
        };
        let text = match &doc.kind {
            Kind::Text(text) => text.as_str(),
            Kind::Line(space) if flat => space,
            Kind::Line(_) | Kind::Hard => return true,
            Kind::Suffix(_) => "",
            Kind::Concat(parts) => {
                stack.extend(parts.iter().rev().map(|part| (flat, part)));
                continue;
            }
            // A group that follows can still be broken, so its first break ends the line.
            Kind::Nest(inner) | Kind::Group(inner) => {
                stack.push((flat, inner));
                continue;
            }
        };
        let columns = text.chars().count();
        if columns > left {
            return false;
        }
        left -= columns;
    }
}

struct Output {
    text: String,
    column: usize,
    suffix: String,
}

impl Output {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.column = match text.rfind('\n') {
            Some(at) => text[at + 1..].chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn flush(&mut self) {
        let trimmed = self.text.trim_end_matches(' ').len();
        self.text.truncate(trimmed);
        self.text.push_str(&self.suffix);
        self.suffix.clear();
    }

    fn newline(&mut self, indent: usize) {
        self.flush();
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_break_when_too_wide() {
        let doc = bracketed("f(", vec![text("aaaa,"), text("bbbb")], ")");
        assert_eq!(render(&doc, 20), "f(aaaa, bbbb)");
        assert_eq!(render(&doc, 10), "f(\n    aaaa,\n    bbbb\n)");
    }

    #[test]
    fn comments_go_to_the_end_of_the_line() {
        let doc = group(concat([text("a"), suffix("// c"), text(","), line(), text("b")]));
        assert_eq!(render(&doc, 80), "a, // c\nb");
    }
}
