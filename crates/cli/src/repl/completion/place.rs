//! What the cursor stands in: read from the pieces before it, so that it works while the text isn't finished.

use quarry::syntax::{Lexeme, LexemeKind, lexemes};

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// As it is.
    Equal,
    /// As a pattern of LIKE.
    Like,
}

/// What may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A command: one that starts a query, or another.
    Command { source: bool },
    /// An index, or in quotes a path.
    Index,
    /// A metadata field.
    Metadata,
    /// An enrich policy.
    Policy,
    /// A column's name.
    Name,
    /// An expression.
    Expression {
        /// Whether aggregate functions may stand in it.
        aggregates: bool,
        /// Whether grouping functions may.
        grouping: bool,
    },
    /// A value of the field.
    Value { field: String, comparison: Comparison },
    /// A value that the field is less or greater than.
    Bound { field: String },
    /// A pattern of GROK.
    Pattern,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A unit of time.
    Unit,
    /// A type's name.
    Type,
    /// The name of a setting.
    Setting,
    /// The value of a setting.
    SettingValue(String),
    /// Nothing that could be offered.
    Nothing,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// Where the word begins that the cursor ends.
    pub(crate) start: usize,
    /// That word; empty where none was begun.
    pub(crate) word: &'a str,
    /// What may stand there.
    pub(crate) expected: Expected,
    /// The pipeline before the command at the cursor.
    pub(crate) before: String,
}

const COMPARISONS: &[&str] = &[
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "LIKE",
    "RLIKE",
    "IN (",
    "NOT IN (",
    "NOT LIKE",
    "IS NULL",
    "IS NOT NULL",
    ":",
    "AND",
    "OR",
];
const AFTER_CONDITION: &[&str] = &["AND", "OR"];
const AFTER_SORT_KEY: &[&str] = &["ASC", "DESC", "NULLS FIRST", "NULLS LAST"];
const AFTER_AGGREGATE: &[&str] = &["BY", "WHERE"];

/// The place at the end of `head`.
pub(crate) fn place(head: &str) -> Place<'_> {
    let all = lexemes(head);
    let in_comment = all.last().is_some_and(|p| {
        p.kind == LexemeKind::Comment
            && p.span.end as usize == head.len()
            && (!p.closed || p.span.text(head).starts_with("//"))
    });
    let mut pieces: Vec<Lexeme> = all.into_iter().filter(|p| p.kind != LexemeKind::Comment).collect();
    let mut start = head.len();
    if pieces.last().is_some_and(|last| is_word(last, head.len())) {
        start = pieces.pop().map_or(head.len(), |p| p.span.start as usize);
    }
    let context = Context::read(head, &pieces);
    let mut expected = if in_comment { Expected::Nothing } else { context.expected(head, &pieces, &head[start..]) };
    // The second word of a command of two words.
    if let Some(first) = pieces.last().filter(|p| p.kind == LexemeKind::Name)
        && begins_command(&pieces[..pieces.len() - 1])
    {
        start = first.span.start as usize;
        expected = Expected::Command { source: context.before.is_empty() };
    }
    Place { start, word: &head[start..], expected, before: context.before }
}

/// Whether the piece is a word that may go on at the cursor.
fn is_word(piece: &Lexeme, at: usize) -> bool {
    let touches = piece.span.end as usize == at;
    match piece.kind {
        // An open string goes on over spaces, which its span may leave out.
        LexemeKind::String => !piece.closed,
        LexemeKind::Name if !piece.closed => true,
        LexemeKind::Name
        | LexemeKind::Function
        | LexemeKind::Keyword
        | LexemeKind::Command
        | LexemeKind::Index
        | LexemeKind::Constant => touches,
        _ => false,
    }
}

fn begins_command(pieces: &[Lexeme]) -> bool {
    pieces.last().is_none_or(|p| matches!(p.kind, LexemeKind::Pipe | LexemeKind::Semicolon))
}

/// An opening parenthesis that isn't closed yet.
enum Level<'a> {
    /// A query of its own, or a branch of FORK, with what is outside of it.
    Query(Frame<'a>),
    /// Anything else: where its first piece is.
    Group(usize),
}

/// A query up to the cursor.
#[derive(Clone, Default)]
struct Frame<'a> {
    base: String,
    start: usize,
    pipe: Option<usize>,
    command: &'a str,
    /// The first piece after the command's keyword.
    arguments: usize,
    is_branch: bool,
}

impl Frame<'_> {
    fn before(&self, text: &str) -> String {
        let own = self.pipe.and_then(|pipe| text.get(self.start..pipe)).unwrap_or("").trim();
        match (self.base.is_empty(), own.is_empty()) {
            (true, _) => own.to_owned(),
            (false, true) => self.base.clone(),
            (false, false) => format!("{} | {own}", self.base),
        }
    }
}

struct Context {
    before: String,
    command: String,
    arguments: usize,
    is_branch: bool,
    /// The first piece inside the innermost parenthesis that holds no query.
    group: Option<usize>,
}

impl Context {
    fn read(text: &str, pieces: &[Lexeme]) -> Self {
        let mut frame = Frame::default();
        let mut levels: Vec<Level<'_>> = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            match piece.kind {
                LexemeKind::Pipe => {
                    frame.pipe = Some(piece.span.start as usize);
                    (frame.command, frame.arguments) = ("", i + 1);
                }
                LexemeKind::Semicolon => (frame.command, frame.arguments) = ("", i + 1),
                LexemeKind::Command => (frame.command, frame.arguments) = (piece.span.text(text), i + 1),
                LexemeKind::Open => {
                    let end = piece.span.end as usize;
                    let in_fork = frame.command.eq_ignore_ascii_case("fork") && !frame.is_branch;
                    let query = pieces.get(i + 1).is_some_and(|next| next.kind == LexemeKind::Command);
                    let in_from = frame.command.eq_ignore_ascii_case("from");
                    if in_fork || query || in_from {
                        let base = if in_fork { frame.before(text) } else { String::new() };
                        let inner =
                            Frame { base, start: end, is_branch: in_fork, arguments: i + 1, ..Frame::default() };
                        levels.push(Level::Query(std::mem::replace(&mut frame, inner)));
                    } else {
                        levels.push(Level::Group(i + 1));
                    }
                }
                LexemeKind::Close => {
                    if let Some(Level::Query(outer)) = levels.pop() {
                        frame = outer;
                    }
                }
                _ => {}
            }
        }
        let group = match levels.last() {
            Some(Level::Group(first)) => Some(*first),
            _ => None,
        };
        Self {
            before: frame.before(text),
            command: frame.command.to_uppercase(),
            arguments: frame.arguments,
            is_branch: frame.is_branch,
            group,
        }
    }

    fn expected(&self, text: &str, pieces: &[Lexeme], word: &str) -> Expected {
        let typed = |piece: &Lexeme| piece.span.text(text);
        let is = |piece: &Lexeme, what: &str| typed(piece).eq_ignore_ascii_case(what);
        let own = pieces.get(self.arguments..).unwrap_or(&[]);
        let Some(previous) = own.last() else {
            return match self.command.as_str() {
                "" => Expected::Command { source: self.before.is_empty() && !self.is_branch },
                "SET" => Expected::Setting,
                "FROM" | "TS" | "LOOKUP JOIN" => Expected::Index,
                "ENRICH" => Expected::Policy,
                "KEEP" | "DROP" | "RENAME" | "MV_EXPAND" | "CHANGE_POINT" => Expected::Name,
                "STATS" | "INLINE STATS" | "INLINESTATS" => Expected::Expression { aggregates: true, grouping: false },
                "LIMIT" | "SAMPLE" | "DEDUP" | "DISTINCT" | "SHOW INFO" | "FORK" => Expected::Nothing,
                _ => Expected::Expression { aggregates: false, grouping: false },
            };
        };
        let after_keyword = |name: &str| own.iter().any(|p| p.kind == LexemeKind::Keyword && is(p, name));
        let begins_item = matches!(previous.kind, LexemeKind::Comma | LexemeKind::Keyword | LexemeKind::Command);
        match self.command.as_str() {
            "SET" if is(previous, "=") => {
                return Expected::SettingValue(own.first().map(|p| typed(p).to_owned()).unwrap_or_default());
            }
            "SET" => return Expected::Nothing,
            "FROM" | "TS" => {
                return match (after_keyword("metadata"), begins_item) {
                    (true, true) => Expected::Metadata,
                    (true, false) => Expected::Nothing,
                    (false, true) => Expected::Index,
                    (false, false) => Expected::Words(&["METADATA"]),
                };
            }
            "LOOKUP JOIN" if previous.kind == LexemeKind::Index => return Expected::Words(&["ON"]),
            "LOOKUP JOIN" | "MV_EXPAND" | "KEEP" | "DROP" => {
                return if begins_item { Expected::Name } else { Expected::Nothing };
            }
            "ENRICH" if previous.kind == LexemeKind::Index => return Expected::Words(&["ON", "WITH"]),
            "ENRICH" => {
                return if begins_item || is(previous, "=") { Expected::Name } else { Expected::Words(&["WITH"]) };
            }
            "RENAME" => return if begins_item { Expected::Name } else { Expected::Words(&["AS"]) },
            _ => {}
        }
        self.in_expression(text, pieces, previous, word, after_keyword("by"))
    }

    fn in_expression(&self, text: &str, pieces: &[Lexeme], previous: &Lexeme, word: &str, after_by: bool) -> Expected {
        let typed = |piece: &Lexeme| piece.span.text(text);
        let is_stats = matches!(self.command.as_str(), "STATS" | "INLINE STATS" | "INLINESTATS");
        let expression = Expected::Expression { aggregates: is_stats && !after_by, grouping: is_stats && after_by };
        let at = pieces.len() - 1;
        let value = |operand: Option<usize>, comparison| match operand.and_then(|i| pieces.get(i)) {
            Some(piece) if piece.kind == LexemeKind::Name => {
                Some(Expected::Value { field: typed(piece).to_owned(), comparison })
            }
            _ => None,
        };
        // The operand before a keyword, NOT between them skipped.
        let operand_before = |i: usize| {
            let before = i.checked_sub(1)?;
            if typed(&pieces[before]).eq_ignore_ascii_case("not") { before.checked_sub(1) } else { Some(before) }
        };
        match previous.kind {
            LexemeKind::Operator => match typed(previous) {
                "==" | "!=" => value(at.checked_sub(1), Comparison::Equal).unwrap_or(expression),
                "<" | "<=" | ">" | ">=" => match at.checked_sub(1).and_then(|i| pieces.get(i)) {
                    Some(piece) if piece.kind == LexemeKind::Name => Expected::Bound { field: typed(piece).to_owned() },
                    _ => expression,
                },
                ":" => value(at.checked_sub(1), Comparison::Equal).unwrap_or(Expected::Nothing),
                "::" => Expected::Type,
                "*" if self.group.is_some() => Expected::Nothing,
                _ => expression,
            },
            LexemeKind::Keyword => match typed(previous).to_ascii_lowercase().as_str() {
                "like" => value(operand_before(at), Comparison::Like).unwrap_or(Expected::Nothing),
                "rlike" | "as" | "first" | "last" => Expected::Nothing,
                "in" => Expected::Words(&["("]),
                "is" => Expected::Words(&["NULL", "NOT NULL"]),
                "nulls" => Expected::Words(&["FIRST", "LAST"]),
                "asc" | "desc" => Expected::Words(&["NULLS FIRST", "NULLS LAST"]),
                _ => expression,
            },
            LexemeKind::Open | LexemeKind::Comma => self.in_group(text, pieces, word).unwrap_or(expression),
            LexemeKind::Number => Expected::Unit,
            LexemeKind::Command => expression,
            LexemeKind::Parameter => Expected::Nothing,
            LexemeKind::Name if self.command == "GROK" => Expected::Pattern,
            LexemeKind::Name if self.command == "DISSECT" => Expected::Words(&["\""]),
            _ if self.group.is_some() && self.command != "WHERE" => Expected::Nothing,
            _ => match self.command.as_str() {
                "SORT" => Expected::Words(AFTER_SORT_KEY),
                "STATS" | "INLINE STATS" | "INLINESTATS" if after_by => Expected::Nothing,
                "STATS" | "INLINE STATS" | "INLINESTATS" => Expected::Words(AFTER_AGGREGATE),
                "GROK" | "DISSECT" => Expected::Nothing,
                _ if ends_comparison(text, pieces) => Expected::Words(AFTER_CONDITION),
                _ => Expected::Words(COMPARISONS),
            },
        }
    }

    /// What a list or a call expects after its parenthesis or a comma.
    fn in_group(&self, text: &str, pieces: &[Lexeme], word: &str) -> Option<Expected> {
        let typed = |i: usize| pieces.get(i).map_or("", |piece| piece.span.text(text));
        let first = self.group?;
        let before = first.checked_sub(2)?;
        let comparison = match typed(before).to_ascii_lowercase().as_str() {
            "in" => Some(Comparison::Equal),
            "like" => Some(Comparison::Like),
            _ => None,
        };
        let operand = match comparison {
            Some(_) if typed(before.checked_sub(1)?).eq_ignore_ascii_case("not") => before.checked_sub(2)?,
            Some(_) => before.checked_sub(1)?,
            // A string among the arguments of a call is most often compared with the first one.
            None if word.starts_with('"') && pieces.len() > first => first,
            None => return None,
        };
        let piece = pieces.get(operand).filter(|piece| piece.kind == LexemeKind::Name)?;
        let field = piece.span.text(text).to_owned();
        Some(Expected::Value { field, comparison: comparison.unwrap_or(Comparison::Equal) })
    }
}

/// Whether the last piece is the second side of a comparison, or the end of a list after IN.
fn ends_comparison(text: &str, pieces: &[Lexeme]) -> bool {
    let typed = |piece: &Lexeme| piece.span.text(text).to_ascii_lowercase();
    let Some((last, before)) = pieces.split_last() else { return false };
    if last.kind == LexemeKind::Close {
        let mut depth = 0_usize;
        let open = pieces.iter().rposition(|piece| {
            match piece.kind {
                LexemeKind::Close => depth += 1,
                LexemeKind::Open => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        return open.and_then(|open| pieces.get(open.checked_sub(1)?)).is_some_and(|piece| typed(piece) == "in");
    }
    let is_value = matches!(last.kind, LexemeKind::String | LexemeKind::Constant);
    is_value
        && before.last().is_some_and(|piece| {
            matches!(
                typed(piece).as_str(),
                "==" | "!=" | "<" | "<=" | ">" | ">=" | ":" | "like" | "rlike" | "is" | "not"
            )
        })
}

#[cfg(test)]
mod tests;
