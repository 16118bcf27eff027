//! The parser's state: the place in the text, the next token, and what has been found so far.

use std::mem;

use quarry_diagnostics::{Code, Diagnostic, Span};

use super::{Comment, MAX_EXPRESSION_DEPTH};
use crate::lexer::{self, Lexed, Mode, Token, TokenKind, shown};

/// Marks that an error has been reported and that the caller has to give up its command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

pub(crate) type PResult<T> = Result<T, Failed>;

/// So many errors are enough for anyone; the rest of the text is not read.
const MOST_ERRORS: usize = 100;

/// How the parameters of a query are referred to; one way for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParamStyle {
    Anonymous,
    Positional,
    Named,
}

#[derive(Debug)]
pub(crate) struct Parser<'t> {
    pub(super) text: &'t str,
    /// The end of the last token taken.
    at: usize,
    last: Span,
    mode: Mode,
    pending: Option<Lexed>,
    errors: Vec<Diagnostic>,
    comments: Vec<Comment>,
    depth: u32,
    /// Nothing more is read: the query is too deep or holds too many errors.
    stopped: bool,
    /// How many parentheses around a nested query are open.
    pub(super) nesting: u32,
    pub(super) param_style: Option<ParamStyle>,
    pub(super) anonymous_params: u32,
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            last: Span::new(0, 0),
            mode: Mode::Expression,
            pending: None,
            errors: Vec::new(),
            comments: Vec::new(),
            depth: 0,
            stopped: false,
            nesting: 0,
            param_style: None,
            anonymous_params: 0,
        }
    }

    /// The errors and comments found, by place.
    pub(crate) fn finish(mut self) -> (Vec<Diagnostic>, Vec<Comment>) {
        self.peek();
        self.commit();
        self.errors.sort_by_key(|error| error.span);
        self.errors.dedup();
        (self.errors, self.comments)
    }

    /// The next token, in the present mode. It stays the next one.
    pub(super) fn peek(&mut self) -> Token {
        if self.stopped {
            return Token { kind: TokenKind::Eof, span: Span::new(self.text.len(), self.text.len()) };
        }
        if let Some(lexed) = &self.pending {
            return lexed.token;
        }
        let lexed = lexer::next(self.text, self.at, self.mode);
        let token = lexed.token;
        self.pending = Some(lexed);
        token
    }

    pub(super) fn kind(&mut self) -> TokenKind {
        self.peek().kind
    }

    pub(super) fn at(&mut self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// The token after the next one.
    pub(super) fn peek_second(&mut self) -> Token {
        let first = self.peek();
        self.peek_after(first)
    }

    /// The token after `token`, which has not been taken.
    pub(super) fn peek_after(&self, token: Token) -> Token {
        lexer::next(self.text, token.span.end as usize, self.mode).token
    }

    /// Takes the next token.
    pub(super) fn bump(&mut self) -> Token {
        let token = self.peek();
        self.commit();
        self.at = token.span.end as usize;
        self.last = token.span;
        token
    }

    fn commit(&mut self) {
        let Some(lexed) = self.pending.take() else { return };
        self.comments.extend(lexed.comments);
        for error in lexed.errors {
            self.report(error);
        }
    }

    /// Takes the next token and forgets what the lexer thinks of it: for the insides of commands that are never run.
    pub(super) fn bump_unchecked(&mut self) {
        self.peek();
        if let Some(lexed) = &mut self.pending {
            lexed.errors.clear();
        }
        self.bump();
    }

    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let there = self.at(kind);
        if there {
            self.bump();
        }
        there
    }

    /// Reads the next token anew in another mode.
    pub(super) fn set_mode(&mut self, mode: Mode) {
        if self.mode != mode {
            self.mode = mode;
            self.pending = None;
        }
    }

    pub(super) fn in_expression(&self) -> bool {
        self.mode == Mode::Expression
    }

    pub(super) fn token_text(&self, token: Token) -> &'t str {
        token.span.text(self.text)
    }

    /// Whether the next token is the keyword `word`, in whatever case.
    pub(super) fn at_word(&mut self, word: &str) -> bool {
        let token = self.peek();
        matches!(token.kind, TokenKind::Word | TokenKind::Source | TokenKind::Pattern)
            && self.token_text(token).eq_ignore_ascii_case(word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        if there {
            self.bump();
        }
        there
    }

    pub(super) fn start(&mut self) -> Span {
        self.peek().span
    }

    /// From the start of `start` to the end of the last token taken.
    pub(super) fn since(&self, start: Span) -> Span {
        Span { start: start.start, end: self.last.end.max(start.start) }
    }

    pub(super) fn report(&mut self, error: Diagnostic) {
        if self.stopped {
            return;
        }
        self.errors.push(error);
        if self.errors.len() >= MOST_ERRORS {
            self.stopped = true;
        }
    }

    pub(super) fn fail<T>(&mut self, error: Diagnostic) -> PResult<T> {
        self.report(error);
        Err(Failed)
    }

    /// Runs `parse` one level further down, or gives up the whole text where that is too deep.
    pub(super) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> PResult<T>) -> PResult<T> {
        if self.depth >= MAX_EXPRESSION_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Reports that an expression is too deep and gives up the whole text.
    #[cold]
    pub(super) fn too_deep<T>(&mut self) -> PResult<T> {
        let span = self.start();
        let rest = self.text.get(span.start as usize..).unwrap_or("");
        self.give_up(
            span,
            format!(
                "ESQL statement exceeded the maximum expression depth allowed ({MAX_EXPRESSION_DEPTH}): [{}]",
                shown(rest)
            ),
        );
        Err(Failed)
    }

    /// Reports an error after which nothing more is read.
    pub(super) fn give_up(&mut self, span: Span, message: String) {
        self.report(Diagnostic::error(Code::TOO_DEEP, span, message));
        self.stopped = true;
        self.pending = None;
    }

    /// Skips to the pipe that ends the present command, or to the parenthesis that ends the present nested query.
    pub(super) fn recover(&mut self) {
        let mut open = 0_u32;
        loop {
            match self.kind() {
                TokenKind::Eof => break,
                TokenKind::Pipe if open == 0 => break,
                TokenKind::RightParen if open == 0 && self.nesting > 0 => break,
                TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => open += 1,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    open = open.saturating_sub(1);
                }
                _ => {}
            }
            self.bump();
        }
        self.set_mode(Mode::Expression);
    }

    /// Takes the values out of a comma-separated list of at least one.
    pub(super) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> PResult<T>) -> PResult<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(TokenKind::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Remembers the depth across a part that starts from nothing, such as the query inside an expression.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> T {
        let mode = mem::replace(&mut self.mode, Mode::Expression);
        if mode != Mode::Expression {
            self.pending = None;
        }
        self.nesting += 1;
        let result = parse(self);
        self.nesting -= 1;
        self.set_mode(mode);
        result
    }
}
