//! What the texts of KQL and QSTR say, before fields are looked up.

/// A range of bytes of a query's text.
pub(super) type Range = std::ops::Range<usize>;

/// Why a text can't be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) at: Range,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, at: Range) -> Self {
        Self { message: message.into(), at }
    }
}

/// How deep queries may be nested.
pub(super) const DEEPEST: usize = 100;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Query {
    /// Every row.
    All,
    /// No row.
    Nothing,
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    /// A field has a value.
    Exists(Pattern),
    /// A field has this value; without a field any of them.
    Term {
        field: Option<Pattern>,
        term: Term,
    },
    /// A field lies between bounds.
    Between {
        field: Option<Pattern>,
        lower: Option<Bound>,
        upper: Option<Bound>,
    },
    /// A field matches a regular expression.
    Regex {
        field: Option<Pattern>,
        pattern: String,
    },
}

impl Query {
    /// Calls `see` with the field of every comparison.
    pub(super) fn visit_fields(&self, see: &mut dyn FnMut(Option<&Pattern>)) {
        match self {
            Self::All | Self::Nothing => {}
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.visit_fields(see)),
            Self::Not(query) => query.visit_fields(see),
            Self::Exists(field) => see(Some(field)),
            Self::Term { field, .. } | Self::Between { field, .. } | Self::Regex { field, .. } => see(field.as_ref()),
        }
    }
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) value: String,
    pub(super) inclusive: bool,
}

/// Text with wildcards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// `*`
    Any,
    /// `?`
    One,
}

impl Pattern {
    /// Exactly `text`.
    pub(super) fn exact(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())] }
    }

    pub(super) fn push_char(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => self.pieces.push(Piece::Text(c.to_string())),
        }
    }

    pub(super) fn push(&mut self, piece: Piece) {
        match piece {
            Piece::Text(text) => text.chars().for_each(|c| self.push_char(c)),
            Piece::Any if self.pieces.last() == Some(&Piece::Any) => {}
            piece => self.pieces.push(piece),
        }
    }

    /// The text, where there are no wildcards.
    pub(super) fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it is `*`.
    pub(super) fn is_everything(&self) -> bool {
        self.pieces == [Piece::Any]
    }

    /// The pattern as LIKE takes it.
    pub(super) fn to_wildcard(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Any => text.push('*'),
                Piece::One => text.push('?'),
                Piece::Text(literal) => {
                    for c in literal.chars() {
                        if matches!(c, '*' | '?' | '\\') {
                            text.push('\\');
                        }
                        text.push(c);
                    }
                }
            }
        }
        text
    }
}

/// A value that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) pattern: Pattern,
    /// Whether it stood in quotes: words right after each other.
    pub(super) phrase: bool,
    /// How many edits a value may be away: `None` for none, `Some(None)` where it depends on the length.
    pub(super) fuzziness: Option<Option<i32>>,
    /// Whether a text field must hold all of its words, not one of them.
    pub(super) all_words: bool,
}

impl Term {
    pub(super) fn of(pattern: Pattern) -> Self {
        Self { pattern, phrase: false, fuzziness: None, all_words: false }
    }

    pub(super) fn phrase(text: String) -> Self {
        Self { phrase: true, ..Self::of(Pattern::exact(text)) }
    }
}
