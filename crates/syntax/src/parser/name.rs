//! Names, parameters and name patterns.

use quarry_diagnostics::{Code, Diagnostic};

use super::{
    core::{PResult, ParamStyle, Parser},
    error::NAME,
};
use crate::{
    ast::{Ident, Name, NamePattern, NameSegment, Param, ParamKind, PatternPiece, StringLiteral},
    lexer::{Mode, Token, TokenKind, quoted},
};

/// The words that can't be names without backquotes in expressions.
pub(crate) const EXPRESSION_WORDS: &[&str] = &[
    "and", "as", "asc", "by", "desc", "false", "first", "in", "is", "last", "like", "not", "null", "nulls", "on", "or",
    "rlike", "true", "where", "with",
];

/// Whether `word` can't be a name without backquotes in an expression, in whatever case it is typed.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    among(word, EXPRESSION_WORDS)
}

fn among(word: &str, words: &[&str]) -> bool {
    words.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

impl Parser<'_> {
    /// A word or quoted word that is none of `reserved`.
    pub(super) fn ident(&mut self, reserved: &[&str]) -> PResult<Ident> {
        let token = self.peek();
        let typed = self.token_text(token);
        let text = match token.kind {
            TokenKind::Word if !among(typed, reserved) => typed.to_owned(),
            TokenKind::Quoted => quoted::backquoted_value(typed),
            TokenKind::Word => {
                let error = self.mismatch(NAME).with_fix(token.span, format!("`{typed}`"));
                return self.fail(error);
            }
            _ => return self.unexpected(NAME),
        };
        self.bump();
        Ok(Ident { text, span: token.span })
    }

    pub(super) fn at_param(&mut self) -> bool {
        matches!(self.kind(), TokenKind::Param | TokenKind::IdentifierParam)
    }

    pub(super) fn param(&mut self) -> Param {
        let token = self.bump();
        self.param_of(token)
    }

    /// The parameter that `token` spells; it counts as used from here on.
    pub(super) fn param_of(&mut self, token: Token) -> Param {
        let typed = self.token_text(token);
        let identifier = typed.starts_with("??");
        let tail = typed.trim_start_matches('?');
        let (kind, style) = if tail.is_empty() {
            let n = self.anonymous_params;
            self.anonymous_params += 1;
            (ParamKind::Anonymous(n), ParamStyle::Anonymous)
        } else if tail.starts_with(|c: char| c.is_ascii_digit()) {
            // A number that doesn't fit can't be a given parameter's; analysis says so.
            (ParamKind::Position(tail.parse().unwrap_or(u32::MAX)), ParamStyle::Positional)
        } else {
            (ParamKind::Named(tail.to_owned()), ParamStyle::Named)
        };
        self.check_style(style, token);
        Param { kind, identifier, span: token.span }
    }

    fn check_style(&mut self, style: ParamStyle, token: Token) {
        let Some(first) = self.param_style else {
            self.param_style = Some(style);
            return;
        };
        if first == style {
            return;
        }
        let call = |style| match style {
            ParamStyle::Anonymous => "anonymous",
            ParamStyle::Positional => "positional",
            ParamStyle::Named => "named",
        };
        let message = format!(
            "Inconsistent parameter declaration, use one of positional, named or anonymous params but not a combination of {} and {}",
            call(style),
            call(first)
        );
        self.report(Diagnostic::error(Code::BAD_PARAMETER, token.span, message));
    }

    pub(super) fn name_segment(&mut self, reserved: &[&str]) -> PResult<NameSegment> {
        if self.at_param() {
            return Ok(NameSegment::Param(self.param()));
        }
        Ok(NameSegment::Ident(self.ident(reserved)?))
    }

    /// A dotted name whose first segment is none of `reserved`. After a dot no word is a keyword: `source.as.number`.
    pub(super) fn name(&mut self, reserved: &[&str]) -> PResult<Name> {
        let first = self.name_segment(reserved)?;
        self.name_after(first)
    }

    /// The rest of a dotted name after its first segment.
    pub(super) fn name_after(&mut self, first: NameSegment) -> PResult<Name> {
        let start = match &first {
            NameSegment::Ident(ident) => ident.span,
            NameSegment::Param(param) => param.span,
        };
        let mut segments = vec![first];
        while self.eat(TokenKind::Dot) {
            segments.push(self.name_segment(&[])?);
        }
        Ok(Name { segments, span: self.since(start) })
    }

    /// A name pattern; the mode has to be [`Mode::Pattern`]. `reserved` are the words that end it.
    pub(super) fn name_pattern(&mut self, reserved: &[&str]) -> PResult<NamePattern> {
        let start = self.start();
        let mut pieces = Vec::new();
        self.pattern_segment(&mut pieces, reserved)?;
        while self.eat(TokenKind::Dot) {
            literal(&mut pieces, ".");
            self.pattern_segment(&mut pieces, &[])?;
        }
        Ok(NamePattern { pieces, span: self.since(start) })
    }

    /// Unquoted and quoted pieces with nothing between them.
    fn pattern_segment(&mut self, pieces: &mut Vec<PatternPiece>, reserved: &[&str]) -> PResult<()> {
        if self.at_param() {
            pieces.push(PatternPiece::Param(self.param()));
            return Ok(());
        }
        let first = self.peek();
        let typed = self.token_text(first);
        let bad = match first.kind {
            TokenKind::Quoted => false,
            TokenKind::Pattern => among(typed, reserved) || !starts_pattern(typed),
            _ => true,
        };
        if bad {
            return self.unexpected(&["'?'", "'??'", "ID_PATTERN"]);
        }
        let mut end = first.span.start;
        loop {
            let token = self.peek();
            if token.span.start != end || !matches!(token.kind, TokenKind::Quoted | TokenKind::Pattern) {
                return Ok(());
            }
            self.bump();
            end = token.span.end;
            let typed = self.token_text(token);
            if token.kind == TokenKind::Quoted {
                literal(pieces, &quoted::backquoted_value(typed));
                continue;
            }
            for (i, text) in typed.split('*').enumerate() {
                if i > 0 && pieces.last() != Some(&PatternPiece::Any) {
                    pieces.push(PatternPiece::Any);
                }
                literal(pieces, text);
            }
        }
    }

    /// A name pattern that may not hold a wildcard: in `place`, where messages say so.
    pub(super) fn exact_pattern(&mut self, reserved: &[&str], place: &str) -> PResult<NamePattern> {
        let pattern = self.name_pattern(reserved)?;
        if pattern.has_wildcard() {
            let typed = pattern.span.text(self.text);
            let message = format!("Using wildcards [*] in {place} is not allowed [{typed}]");
            self.report(Diagnostic::error(Code::BAD_PATTERN, pattern.span, message));
        }
        Ok(pattern)
    }

    /// A list of name patterns in their own mode.
    pub(super) fn pattern_list(&mut self) -> PResult<Vec<NamePattern>> {
        self.set_mode(Mode::Pattern);
        let patterns = self.list(|parser| parser.name_pattern(&[]))?;
        Ok(patterns)
    }

    pub(super) fn string(&mut self) -> PResult<StringLiteral> {
        let token = self.expect(TokenKind::String, "QUOTED_STRING")?;
        Ok(StringLiteral { value: quoted::string_value(self.token_text(token)), span: token.span })
    }
}

/// Whether a piece of a pattern may start a segment: with a letter, `*`, or with `_` or `@` and more.
fn starts_pattern(piece: &str) -> bool {
    piece.starts_with(|c: char| c.is_ascii_alphabetic() || c == '*')
        || (piece.starts_with(['_', '@']) && piece.len() > 1)
}

fn literal(pieces: &mut Vec<PatternPiece>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(PatternPiece::Literal(literal)) = pieces.last_mut() {
        literal.push_str(text);
        return;
    }
    pieces.push(PatternPiece::Literal(text.to_owned()));
}
