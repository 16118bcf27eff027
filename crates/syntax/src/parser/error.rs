//! What is said where the grammar wanted something else.

use quarry_diagnostics::{Code, Diagnostic};

use super::core::{Failed, PResult, Parser};
use crate::lexer::{Token, TokenKind, shown};

/// What can start an operand.
pub(super) const OPERAND: &[&str] = &[
    "QUOTED_STRING",
    "INTEGER_LITERAL",
    "DECIMAL_LITERAL",
    "'false'",
    "'not'",
    "'null'",
    "'true'",
    "'?'",
    "'??'",
    "'+'",
    "'-'",
    "'['",
    "'('",
    "UNQUOTED_IDENTIFIER",
    "QUOTED_IDENTIFIER",
];

/// What can start a constant.
pub(super) const CONSTANT: &[&str] =
    &["QUOTED_STRING", "INTEGER_LITERAL", "DECIMAL_LITERAL", "'false'", "'null'", "'true'", "'?'", "'+'", "'-'", "'['"];

/// What can start a name.
pub(super) const NAME: &[&str] = &["'?'", "'??'", "UNQUOTED_IDENTIFIER", "QUOTED_IDENTIFIER"];

impl Parser<'_> {
    /// The token's text as messages show it.
    pub(super) fn input(&self, token: Token) -> String {
        if token.kind == TokenKind::Eof { "<EOF>".to_owned() } else { shown(self.token_text(token)) }
    }

    /// The error that the next token is none of `expected`.
    #[cold]
    pub(super) fn mismatch(&mut self, expected: &[&str]) -> Diagnostic {
        let token = self.peek();
        let input = self.input(token);
        let error = Diagnostic::error(
            Code::UNEXPECTED_TOKEN,
            token.span,
            format!("mismatched input '{input}' expecting {}", set(expected)),
        );
        self.advise(error, token, expected)
    }

    /// The error that the next token is one too many before one of `expected`.
    #[cold]
    pub(super) fn extraneous(&mut self, expected: &[&str]) -> Diagnostic {
        let token = self.peek();
        let input = self.input(token);
        Diagnostic::error(
            Code::UNEXPECTED_TOKEN,
            token.span,
            format!("extraneous input '{input}' expecting {}", set(expected)),
        )
    }

    pub(super) fn unexpected<T>(&mut self, expected: &[&str]) -> PResult<T> {
        let error = self.mismatch(expected);
        self.report(error);
        Err(Failed)
    }

    /// Takes the token `kind`, which messages call `name`.
    pub(super) fn expect(&mut self, kind: TokenKind, name: &str) -> PResult<Token> {
        if self.at(kind) {
            return Ok(self.bump());
        }
        self.unexpected(&[name])
    }

    /// Takes the keyword `word`.
    pub(super) fn expect_word(&mut self, word: &str) -> PResult<()> {
        if self.eat_word(word) {
            return Ok(());
        }
        self.unexpected(&[&format!("'{word}'")])
    }

    /// Reports what is left where the text should end.
    pub(super) fn expect_end(&mut self) {
        if self.at(TokenKind::Eof) {
            return;
        }
        let error = self.after_expression(&["<EOF>"]);
        self.report(error);
        while !self.at(TokenKind::Eof) {
            self.bump();
        }
    }

    /// The error for a token that goes on where an expression or command is over.
    #[cold]
    pub(super) fn after_expression(&mut self, expected: &[&str]) -> Diagnostic {
        let closing = matches!(
            self.kind(),
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace | TokenKind::Semicolon
        );
        if closing {
            let span = self.start();
            return self.extraneous(expected).with_fix(span, "");
        }
        self.mismatch(expected)
    }

    /// Adds what the writer probably meant.
    fn advise(&mut self, error: Diagnostic, token: Token, expected: &[&str]) -> Diagnostic {
        let span = token.span;
        let text = self.token_text(token);
        // Whether an operator could have stood here, or else an operand.
        let operator = self.in_expression() && !expected.contains(&"INTEGER_LITERAL");
        let name = expected.contains(&"UNQUOTED_IDENTIFIER");
        match token.kind {
            TokenKind::Assign if operator => error.with_help("equality is written `==`").with_fix(span, "=="),
            TokenKind::EqualTilde => {
                error.with_help("there is no `=~`; compare lower-cased values, or use LIKE or RLIKE")
            }
            TokenKind::Greater if self.follows(span.start, '<') => {
                let both = quarry_diagnostics::Span { start: span.start - 1, end: span.end };
                error.with_help("inequality is written `!=`").with_fix(both, "!=")
            }
            TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessOrEqual
            | TokenKind::Greater
            | TokenKind::GreaterOrEqual
                if operator =>
            {
                error.with_help("comparisons can't be chained; join them with AND")
            }
            TokenKind::Quoted if expected.contains(&"UNQUOTED_SOURCE") => {
                let index = crate::lexer::quoted::backquoted_value(text);
                error
                    .with_help("the name of an index stands as it is or in double quotes; backquotes are for columns")
                    .with_fix(span, format!("\"{index}\""))
            }
            TokenKind::Word if name && super::is_reserved(text) => {
                error.with_help(format!("`{text}` is a keyword; as a name it stands in backquotes"))
            }
            TokenKind::Word if operator => match foreign_operator(text) {
                Some(advice) => error.with_help(advice),
                None => error,
            },
            TokenKind::Decimal if text.starts_with('.') && self.follows_name(span.start) => error
                .with_help("a part of a name that starts with a digit stands in backquotes")
                .with_fix(span, format!(".`{}`", &text[1..])),
            _ => error,
        }
    }

    fn follows(&self, at: u32, c: char) -> bool {
        self.text.get(..at as usize).is_some_and(|before| before.ends_with(c))
    }

    fn follows_name(&self, at: u32) -> bool {
        self.text
            .get(..at as usize)
            .is_some_and(|before| before.ends_with(|c: char| crate::lexer::word::word_char(c) || c == '`'))
    }
}

fn set(expected: &[&str]) -> String {
    match expected {
        [one] => (*one).to_owned(),
        many => format!("{{{}}}", many.join(", ")),
    }
}

/// What does here what an operator of SQL, KQL or Kusto does there.
fn foreign_operator(word: &str) -> Option<&'static str> {
    const OPERATORS: &[(&str, &str)] = &[
        ("as", "a name stands in front: name = expression"),
        ("between", "a range is two comparisons, with >= and <=, joined by AND"),
        ("contains", "a part of a text is found by LIKE \"*part*\""),
        ("has", "a part of a text is found by LIKE \"*part*\""),
        ("startswith", "the beginning of a text is tested by STARTS_WITH(field, \"text\")"),
        ("endswith", "the end of a text is tested by ENDS_WITH(field, \"text\")"),
        ("ilike", "LIKE tells capitals from small letters: TO_LOWER(field) LIKE \"text*\" doesn't"),
        ("matches", "a regular expression is tested by RLIKE"),
        ("regexp", "a regular expression is tested by RLIKE"),
    ];
    OPERATORS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, advice)| *advice)
}
