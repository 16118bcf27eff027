//! Words, numbers, parameters and the runs of the other modes.

use nom::{
    IResult, Parser as _,
    branch::alt,
    bytes::complete::{tag, take_while, take_while1},
    character::complete::{char, digit1, one_of, satisfy},
    combinator::{opt, recognize, value},
    sequence::{pair, terminated},
};

use super::TokenKind;

pub(crate) fn word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `[A-Za-z][A-Za-z0-9_]*` or `[_@][A-Za-z0-9_]+`
pub(super) fn word(input: &str) -> IResult<&str, &str> {
    alt((
        recognize(pair(satisfy(|c| c.is_ascii_alphabetic()), take_while(word_char))),
        recognize(pair(one_of("_@"), take_while1(word_char))),
    ))
    .parse(input)
}

/// Whether `text` can stand as a name without backquotes, keywords aside.
pub(crate) fn is_word(text: &str) -> bool {
    word(text).is_ok_and(|(rest, _)| rest.is_empty())
}

fn exponent(input: &str) -> IResult<&str, &str> {
    recognize((one_of("eE"), opt(one_of("+-")), digit1)).parse(input)
}

/// An integer or a decimal: `1`, `1.`, `1.5`, `.5`, `1e5`, `1.5E-3`.
pub(super) fn number(input: &str) -> IResult<&str, TokenKind> {
    let fraction = recognize((char('.'), digit1, opt(exponent)));
    let whole = recognize((digit1, char('.'), take_while(|c: char| c.is_ascii_digit()), opt(exponent)));
    let power = recognize(pair(digit1, exponent));
    alt((value(TokenKind::Decimal, alt((fraction, whole, power))), value(TokenKind::Integer, digit1))).parse(input)
}

/// `?`, `?1`, `?name` and the same with two question marks.
pub(super) fn param(input: &str) -> IResult<&str, TokenKind> {
    let name = recognize(pair(satisfy(|c| c.is_ascii_alphabetic() || c == '_'), take_while(word_char)));
    let tail = opt(alt((digit1, name)));
    terminated(alt((value(TokenKind::IdentifierParam, tag("??")), value(TokenKind::Param, tag("?")))), tail)
        .parse(input)
}

/// A run of the characters of a name pattern, `*` among them.
pub(super) fn pattern(input: &str) -> IResult<&str, &str> {
    take_while1(|c| word_char(c) || c == '*' || c == '@').parse(input)
}

/// A run of the characters of an index name. A colon is taken in for `cluster:index::selector`; a slash only where
/// it doesn't start a comment.
pub(crate) fn source(input: &str) -> IResult<&str, &str> {
    let plain = take_while1(|c: char| {
        !matches!(c, '"' | '=' | '|' | ',' | '[' | ']' | '/' | '(' | ')' | ';' | ' ' | '\t' | '\r' | '\n')
    });
    let slash = |input| {
        let (rest, slash) = tag("/").parse(input)?;
        nom::combinator::not(one_of("/*")).parse(rest)?;
        Ok((rest, slash))
    };
    recognize(nom::multi::many1_count(alt((plain, slash)))).parse(input)
}

/// Signs and brackets, longest first.
pub(super) fn sign(input: &str) -> IResult<&str, TokenKind> {
    use TokenKind as K;
    let long = alt((
        value(K::DoubleColon, tag("::")),
        value(K::Equal, tag("==")),
        value(K::EqualTilde, tag("=~")),
        value(K::NotEqual, tag("!=")),
        value(K::LessOrEqual, tag("<=")),
        value(K::GreaterOrEqual, tag(">=")),
    ));
    let brackets = alt((
        value(K::LeftParen, char('(')),
        value(K::RightParen, char(')')),
        value(K::LeftBracket, char('[')),
        value(K::RightBracket, char(']')),
        value(K::LeftBrace, char('{')),
        value(K::RightBrace, char('}')),
    ));
    let short = alt((
        value(K::Pipe, char('|')),
        value(K::Comma, char(',')),
        value(K::Dot, char('.')),
        value(K::Assign, char('=')),
        value(K::Less, char('<')),
        value(K::Greater, char('>')),
        value(K::Plus, char('+')),
        value(K::Minus, char('-')),
        value(K::Star, char('*')),
        value(K::Slash, char('/')),
        value(K::Percent, char('%')),
        value(K::Colon, char(':')),
        value(K::Semicolon, char(';')),
    ));
    alt((long, brackets, short)).parse(input)
}

/// `&&` and `||`, which other languages have.
pub(super) fn foreign(input: &str) -> IResult<&str, TokenKind> {
    alt((value(TokenKind::DoubleAmpersand, tag("&&")), value(TokenKind::DoublePipe, tag("||")))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for text in ["a", "a1_b", "_a", "@timestamp", "__"] {
            assert!(is_word(text), "{text}");
        }
        for text in ["", "_", "@", "1a", "a-b", "a@b", "ä"] {
            assert!(!is_word(text), "{text}");
        }
    }

    #[test]
    fn numbers() {
        for text in ["1.", "1.5", ".5", "1e5", "1.5E-3", ".5e3"] {
            assert_eq!(number(text), Ok(("", TokenKind::Decimal)), "{text}");
        }
        assert_eq!(number("12"), Ok(("", TokenKind::Integer)));
        assert_eq!(number("1day"), Ok(("day", TokenKind::Integer)));
        assert_eq!(number("1em"), Ok(("em", TokenKind::Integer)));
    }

    #[test]
    fn index_names() {
        assert_eq!(source("<logs-{now/d}>,x"), Ok((",x", "<logs-{now/d}>")));
        assert_eq!(source("logs// c"), Ok(("// c", "logs")));
        assert_eq!(source("a/*c*/"), Ok(("/*c*/", "a")));
        assert_eq!(source("c:i-*::data |"), Ok((" |", "c:i-*::data")));
    }
}
