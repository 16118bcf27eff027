//! A text cut into pieces for editors: what to colour how, and what stands before the cursor.
//!
//! The parser cuts a text by what it expects; an editor has to cut texts that are not finished. [`lexemes`] follows
//! the commands and brackets only, so it gives the same pieces whether or not the rest makes sense.

use quarry_diagnostics::Span;

use crate::CommandInfo;
use crate::lexer::{self, Mode, TokenKind, quoted};
use crate::parser::commands::commands;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    /// The keyword of a command, or both its keywords.
    Command,
    /// Another word of the language: `AND`, `BY`, `METADATA`...
    Keyword,
    /// A word before an opening parenthesis.
    Function,
    /// A name, dots and backquotes included; in KEEP and the like, with its wildcards.
    Name,
    /// The name of an index or policy.
    Index,
    /// A string with its quotes.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`
    Constant,
    /// `?`, `?1`, `??name`
    Parameter,
    /// A sign: `==`, `+`, `::`, `=`...
    Operator,
    /// `(`, `[` or `{`
    Open,
    /// `)`, `]` or `}`
    Close,
    /// `|`
    Pipe,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A comment.
    Comment,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: LexemeKind,
    /// Where.
    pub span: Span,
    /// Whether it has its end; false for strings, backquoted names and comments that go on to the end of the text or
    /// line.
    pub closed: bool,
}

/// Words that are keywords wherever they stand alone.
const KEYWORDS: &[&str] = &[
    "and", "as", "asc", "by", "desc", "first", "in", "is", "last", "like", "metadata", "not", "nulls", "on", "or",
    "rlike", "set", "where", "with",
];

/// The pieces of `text` in order: everything but white space and characters that start nothing.
#[must_use]
pub fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut scan = Scan {
        text,
        at: 0,
        mode: Mode::Expression,
        expects_command: true,
        command: None,
        open: Vec::new(),
        out: Vec::new(),
    };
    while scan.step() {}
    scan.out
}

/// The command that `word`, and where it takes two words `following`, names.
fn command(word: &str, following: &str) -> Option<&'static CommandInfo> {
    let named = |info: &&'static CommandInfo| {
        let mut words = info.name.split(' ');
        words.next().is_some_and(|first| first.eq_ignore_ascii_case(word))
            && words.next().is_none_or(|second| second.eq_ignore_ascii_case(following))
    };
    commands().iter().find(named)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    mode: Mode,
    expects_command: bool,
    command: Option<&'static CommandInfo>,
    /// What to go back to where a parenthesis closes.
    open: Vec<(Mode, Option<&'static CommandInfo>)>,
    out: Vec<Lexeme>,
}

impl Scan<'_> {
    fn step(&mut self) -> bool {
        let lexed = lexer::next(self.text, self.at, self.mode);
        for comment in &lexed.comments {
            let closed = comment.text.starts_with("//")
                || lexed.errors.iter().all(|e| e.span.is_none_or(|s| s.start != comment.span.start));
            self.push(LexemeKind::Comment, comment.span, closed);
        }
        let token = lexed.token;
        if token.kind == TokenKind::Eof {
            return false;
        }
        self.at = (token.span.end as usize).max(self.at + 1);
        match token.kind {
            TokenKind::Pipe => {
                self.push(LexemeKind::Pipe, token.span, true);
                self.begin();
            }
            TokenKind::Semicolon => {
                self.push(LexemeKind::Semicolon, token.span, true);
                self.begin();
            }
            TokenKind::LeftParen => self.open(token.span),
            TokenKind::LeftBracket | TokenKind::LeftBrace => self.push(LexemeKind::Open, token.span, true),
            TokenKind::RightParen => {
                self.push(LexemeKind::Close, token.span, true);
                if let Some((mode, command)) = self.open.pop() {
                    (self.mode, self.command, self.expects_command) = (mode, command, false);
                }
            }
            TokenKind::RightBracket | TokenKind::RightBrace => self.push(LexemeKind::Close, token.span, true),
            TokenKind::Comma => self.push(LexemeKind::Comma, token.span, true),
            TokenKind::String => {
                let rest = &self.text[token.span.start as usize..];
                let closed = !rest.starts_with('"') || quoted::string(rest).closed;
                self.push(LexemeKind::String, token.span, closed);
            }
            TokenKind::Integer | TokenKind::Decimal => self.push(LexemeKind::Number, token.span, true),
            TokenKind::Param | TokenKind::IdentifierParam => self.push(LexemeKind::Parameter, token.span, true),
            TokenKind::Source => self.source(token.span),
            TokenKind::Word if self.expects_command => self.keyword(token.span),
            TokenKind::Word | TokenKind::Pattern | TokenKind::Quoted | TokenKind::Star => {
                self.name(token.kind, token.span)
            }
            TokenKind::Dot if self.touches_name(token.span) => self.extend(token.span.end, true),
            _ => self.push(LexemeKind::Operator, token.span, true),
        }
        true
    }

    fn push(&mut self, kind: LexemeKind, span: Span, closed: bool) {
        if !matches!(kind, LexemeKind::Comment | LexemeKind::Semicolon | LexemeKind::Pipe | LexemeKind::Open) {
            self.expects_command = false;
        }
        self.out.push(Lexeme { kind, span, closed });
    }

    /// What follows is a command.
    fn begin(&mut self) {
        (self.mode, self.command, self.expects_command) = (Mode::Expression, None, true);
    }

    fn open(&mut self, span: Span) {
        if let Some(last) = self.out.last_mut()
            && last.kind == LexemeKind::Name
            && last.span.end <= span.start
            && self.mode == Mode::Expression
            && is_word(last.span.text(self.text))
        {
            last.kind = LexemeKind::Function;
        }
        self.push(LexemeKind::Open, span, true);
        self.open.push((self.mode, self.command));
        let next = lexer::next(self.text, self.at, Mode::Expression).token.span.text(self.text);
        let branches = self.command.is_some_and(|info| info.name == "FORK") && self.open.len() == 1;
        let nested = ["from", "row", "ts"].iter().any(|word| word.eq_ignore_ascii_case(next));
        if branches || nested {
            self.begin();
        }
    }

    fn keyword(&mut self, span: Span) {
        let word = span.text(self.text);
        if word.eq_ignore_ascii_case("set") && self.out.iter().all(|l| l.kind != LexemeKind::Command) {
            self.push(LexemeKind::Command, span, true);
            return;
        }
        let second = lexer::next(self.text, span.end as usize, Mode::Expression).token.span;
        match command(word, second.text(self.text)) {
            Some(info) => {
                let span = if info.name.contains(' ') { span.to(second) } else { span };
                self.push(LexemeKind::Command, span, true);
                self.at = span.end as usize;
                (self.mode, self.command) = (info.mode, Some(info));
            }
            None => self.push(LexemeKind::Name, span, true),
        }
    }

    fn source(&mut self, span: Span) {
        let word = span.text(self.text);
        let is = |expected: &str| word.eq_ignore_ascii_case(expected);
        let follows = self
            .out
            .last()
            .is_some_and(|l| matches!(l.kind, LexemeKind::Index | LexemeKind::String | LexemeKind::Close));
        if follows && (is("metadata") || is("on") || is("with")) {
            self.push(LexemeKind::Keyword, span, true);
            let patterns = self.command.is_some_and(|info| info.name == "ENRICH");
            self.mode = if patterns { Mode::Pattern } else { Mode::Expression };
            return;
        }
        self.push(LexemeKind::Index, span, true);
    }

    fn touches_name(&self, span: Span) -> bool {
        self.out.last().is_some_and(|l| l.kind == LexemeKind::Name && l.span.end == span.start && l.closed)
    }

    fn extend(&mut self, end: u32, closed: bool) {
        if let Some(last) = self.out.last_mut() {
            last.span.end = end;
            last.closed = closed;
        }
    }

    fn name(&mut self, kind: TokenKind, span: Span) {
        let text = span.text(self.text);
        let closed = kind != TokenKind::Quoted || quoted::backquoted(&self.text[span.start as usize..]).closed;
        let continues =
            self.touches_name(span) && (self.mode == Mode::Pattern || self.text[..span.start as usize].ends_with('.'));
        if continues {
            self.extend(span.end, closed);
            return;
        }
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        let followed = self.text[span.end as usize..].starts_with('.');
        let kind = match kind {
            TokenKind::Star if self.mode == Mode::Expression => LexemeKind::Operator,
            TokenKind::Word if is(&["true", "false", "null"]) && !followed => LexemeKind::Constant,
            TokenKind::Word if is(KEYWORDS) && !followed => LexemeKind::Keyword,
            TokenKind::Pattern if is(&["as", "on", "with"]) && self.after_name() => LexemeKind::Keyword,
            _ => LexemeKind::Name,
        };
        if kind == LexemeKind::Keyword && text.eq_ignore_ascii_case("where") && self.out.is_empty() {
            self.push(LexemeKind::Command, span, true);
            return;
        }
        self.push(kind, span, closed);
    }

    fn after_name(&self) -> bool {
        self.out.last().is_some_and(|l| matches!(l.kind, LexemeKind::Name | LexemeKind::Index | LexemeKind::Constant))
    }
}

fn is_word(text: &str) -> bool {
    lexer::word::is_word(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use LexemeKind as K;

    fn kinds(text: &str) -> Vec<(LexemeKind, &str)> {
        lexemes(text).into_iter().map(|l| (l.kind, l.span.text(text))).collect()
    }

    #[test]
    fn a_query_is_cut_as_the_parser_cuts_it() {
        assert_eq!(
            kinds("FROM logs-*,-x METADATA _id | WHERE event.action == \"a\" AND n > 1 // c"),
            [
                (K::Command, "FROM"),
                (K::Index, "logs-*"),
                (K::Comma, ","),
                (K::Index, "-x"),
                (K::Keyword, "METADATA"),
                (K::Name, "_id"),
                (K::Pipe, "|"),
                (K::Command, "WHERE"),
                (K::Name, "event.action"),
                (K::Operator, "=="),
                (K::String, "\"a\""),
                (K::Keyword, "AND"),
                (K::Name, "n"),
                (K::Operator, ">"),
                (K::Number, "1"),
                (K::Comment, "// c"),
            ]
        );
    }

    #[test]
    fn functions_patterns_and_branches() {
        assert_eq!(kinds("ROW x = to_lower(\"A\")")[3], (K::Function, "to_lower"));
        assert_eq!(kinds("FROM a | KEEP event.*, `x y`")[4], (K::Name, "event.*"));
        assert_eq!(kinds("FROM a | FORK (WHERE x) (LIMIT 1)")[5], (K::Command, "WHERE"));
        assert_eq!(
            kinds("FROM a | LOOKUP JOIN b ON c")[3..6],
            [(K::Command, "LOOKUP JOIN"), (K::Index, "b"), (K::Keyword, "ON")]
        );
        assert_eq!(kinds("FROM (FROM a | LIMIT 1), b")[2..4], [(K::Command, "FROM"), (K::Index, "a")]);
    }

    #[test]
    fn what_is_open_says_so() {
        let open = |text: &str| lexemes(text).last().is_some_and(|l| !l.closed);
        assert!(open("FROM a | WHERE x == \"ab"));
        assert!(open("FROM a /* b"));
        assert!(open("FROM a | WHERE `b"));
        assert!(!open("FROM a | WHERE x == \"ab\""));
    }

    #[test]
    fn any_text_is_cut_without_end_or_panic() {
        for text in [
            "",
            "|",
            "((((",
            "))",
            "FROM",
            "\u{1F600}",
            "$$$",
            "a.b.",
            "SET x = 1; FROM",
            "FROM a | WHERE",
            "`",
            "\"\"\"x",
            "|||é",
        ] {
            for (end, _) in text.char_indices() {
                let _ = lexemes(&text[..end]);
            }
            let _ = lexemes(text);
        }
    }
}
