//! What the lexer hands to the parser.

use quarry_diagnostics::Span;

/// A token: its kind and place. Its value is read from the text when it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// The kinds of tokens of all modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The end of the text.
    Eof,
    /// An unquoted word: a name or a keyword, depending on where it stands.
    Word,
    /// A word in backquotes.
    Quoted,
    /// A string, of either form.
    String,
    Integer,
    Decimal,
    /// `?`, `?1`, `?name`
    Param,
    /// `??`, `??1`, `??name`
    IdentifierParam,
    /// Only in [`Mode::Source`]: a run of the characters that an index name may hold.
    Source,
    /// Only in [`Mode::Pattern`]: a run of identifier characters and `*`.
    Pattern,
    Pipe,
    Comma,
    Dot,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Colon,
    DoubleColon,
    Semicolon,
    /// `=~`: a token of the reference that no rule uses.
    EqualTilde,
    /// `&&`: reported by the lexer and read as AND.
    DoubleAmpersand,
    /// `||`: reported by the lexer and read as OR.
    DoublePipe,
}

/// Which characters make up a token depends on the command and on the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Command keywords and expressions.
    Expression,
    /// Index patterns and policy names.
    Source,
    /// Name patterns of KEEP, DROP, RENAME and ENRICH.
    Pattern,
}
