//! Index patterns, and the targets of FROM.

use quarry_diagnostics::{Code, Diagnostic, Span};

use super::{
    core::{PResult, Parser},
    error::NAME,
};
use crate::{
    ast::{From, Ident, IndexPattern, Target},
    lexer::{Mode, Token, TokenKind, quoted, word},
};

const TARGET: &[&str] = &["QUOTED_STRING", "UNQUOTED_SOURCE", "'('"];

impl Parser<'_> {
    /// What follows FROM.
    pub(super) fn targets(&mut self) -> PResult<From> {
        self.set_mode(Mode::Source);
        let targets = self.list(Self::target)?;
        let mut metadata = Vec::new();
        if self.eat_word("metadata") {
            metadata = self.list(Self::metadata_name)?;
        }
        if self.at(TokenKind::LeftBracket) {
            let error = self.mismatch(&["<EOF>", "'|'", "','", "'metadata'"]);
            return self.fail(error.with_help("METADATA stands without brackets"));
        }
        Ok(From { targets, metadata })
    }

    fn target(&mut self) -> PResult<Target> {
        self.set_mode(Mode::Source);
        if !self.at(TokenKind::LeftParen) {
            return Ok(Target::Index(self.index_pattern(TARGET)?));
        }
        self.bump();
        let query = self.nested_query()?;
        self.set_mode(Mode::Source);
        self.expect(TokenKind::RightParen, "')'")?;
        Ok(Target::Subquery(query))
    }

    /// An index pattern; the mode has to be [`Mode::Source`].
    pub(super) fn index_pattern(&mut self, expected: &[&str]) -> PResult<IndexPattern> {
        let token = self.peek();
        let typed = self.token_text(token);
        match token.kind {
            TokenKind::String => {
                self.bump();
                let text = quoted::string_value(typed);
                Ok(IndexPattern { text, quoted: true, param: None, span: token.span })
            }
            TokenKind::Source if !self.ends_targets(token) => {
                self.bump();
                if is_param(typed) {
                    let param = self.param_of(token);
                    return Ok(IndexPattern {
                        text: typed.to_owned(),
                        quoted: false,
                        param: Some(param),
                        span: token.span,
                    });
                }
                Ok(self.joined(typed, token.span))
            }
            _ => self.unexpected(expected),
        }
    }

    /// Takes in what stands around a colon with white space next to it: `cluster : index`.
    fn joined(&mut self, first: &str, start: Span) -> IndexPattern {
        let mut text = first.to_owned();
        loop {
            let token = self.peek();
            let typed = self.token_text(token);
            let goes_on = token.kind == TokenKind::Source && (text.ends_with(':') || typed.starts_with(':'));
            if !goes_on {
                return IndexPattern { text, quoted: false, param: None, span: self.since(start) };
            }
            self.bump();
            text.push_str(typed);
        }
    }

    fn ends_targets(&self, token: Token) -> bool {
        let typed = self.token_text(token);
        ["metadata", "with"].iter().any(|word| typed.eq_ignore_ascii_case(word))
    }

    fn metadata_name(&mut self) -> PResult<Ident> {
        let token = self.peek();
        let typed = self.token_text(token);
        let text = match token.kind {
            TokenKind::Source if word::is_word(typed) => typed.to_owned(),
            TokenKind::Quoted => quoted::backquoted_value(typed),
            _ => return self.unexpected(NAME),
        };
        self.bump();
        Ok(Ident { text, span: token.span })
    }

    /// `[_mode:]policy` of ENRICH; the mode has to be [`Mode::Source`].
    pub(super) fn policy(&mut self) -> PResult<(Option<Ident>, Ident)> {
        let token = self.peek();
        let typed = self.token_text(token);
        let (text, offset) = match token.kind {
            TokenKind::String => (quoted::string_value(typed), 1),
            TokenKind::Source => (typed.to_owned(), 0),
            _ => return self.unexpected(&["ENRICH_POLICY_NAME", "QUOTED_STRING"]),
        };
        self.bump();
        let Some((mode, policy)) = text.split_once(':') else {
            return Ok((None, Ident { text, span: token.span }));
        };
        let start = token.span.start as usize + offset;
        let mode_span = Span::new(start, (start + mode.len()).min(token.span.end as usize));
        if !["_any", "_coordinator", "_remote"].iter().any(|known| known.eq_ignore_ascii_case(mode)) {
            let message = format!(
                "Unrecognized value [{mode}], ENRICH policy qualifier needs to be one of [_any, _coordinator, _remote]"
            );
            self.report(Diagnostic::error(Code::INVALID_SYNTAX, token.span, message));
        }
        let mode = Ident { text: mode.to_owned(), span: mode_span };
        Ok((Some(mode), Ident { text: policy.to_owned(), span: token.span }))
    }
}

fn is_param(typed: &str) -> bool {
    typed.strip_prefix('?').is_some_and(|tail| {
        let tail = tail.strip_prefix('?').unwrap_or(tail);
        tail.chars().all(word::word_char)
    })
}
