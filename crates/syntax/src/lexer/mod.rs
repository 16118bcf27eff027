//! Text to tokens, one at a time: the parser says in which [`Mode`] the next one is to be read, because the words
//! and signs of an index name, of a name pattern and of an expression differ.

pub(crate) mod quoted;
mod token;
pub(crate) mod trivia;
pub(crate) mod word;

use quarry_diagnostics::{Code, Diagnostic, Span};

pub(crate) use token::{Mode, Token, TokenKind};

use crate::Comment;

/// A token with what was found on the way to it.
#[derive(Debug)]
pub(crate) struct Lexed {
    pub(crate) token: Token,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<Diagnostic>,
}

/// The first token of `text` at or after the byte `at`.
pub(crate) fn next(text: &str, at: usize, mode: Mode) -> Lexed {
    let mut lexed = Lexed {
        token: Token { kind: TokenKind::Eof, span: Span::new(text.len(), text.len()) },
        comments: Vec::new(),
        errors: Vec::new(),
    };
    let mut at = at;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(len) = trivia_len(rest, at, &mut lexed) {
            at += len;
            continue;
        }
        if let Some((kind, len)) = token(rest, at, mode, &mut lexed.errors) {
            lexed.token = Token { kind, span: Span::new(at, at + len) };
            return lexed;
        }
        let len = unknown_len(rest, mode);
        let span = Span::new(at, at + len);
        lexed.errors.push(unknown(span, &rest[..len]));
        at += len;
    }
    lexed
}

/// The length of the white space or comment at the start of `rest`.
fn trivia_len(rest: &str, at: usize, lexed: &mut Lexed) -> Option<usize> {
    if let Ok((_, spaces)) = trivia::spaces(rest)
        && !spaces.is_empty()
    {
        return Some(spaces.len());
    }
    if let Ok((_, comment)) = trivia::line_comment(rest) {
        lexed.comments.push(Comment { text: comment.trim_end().to_owned(), span: Span::new(at, at + comment.len()) });
        return Some(comment.len());
    }
    let (len, closed) = trivia::block_comment(rest)?;
    let span = Span::new(at, at + len);
    lexed.comments.push(Comment { text: rest[..len].to_owned(), span });
    if !closed {
        let start = Span::new(at, at + 2);
        lexed.errors.push(
            Diagnostic::error(Code::UNKNOWN_TOKEN, start, "token recognition error at: '/*'")
                .with_help("this comment is not closed; comments nest, so each `/*` needs its own `*/`"),
        );
    }
    Some(len)
}

/// The token at the start of `rest`, which is neither white space nor a comment.
fn token(rest: &str, at: usize, mode: Mode, errors: &mut Vec<Diagnostic>) -> Option<(TokenKind, usize)> {
    match rest.as_bytes().first()? {
        b'"' => return Some((TokenKind::String, string(rest, at, errors))),
        b'\'' if mode == Mode::Expression => return Some((TokenKind::String, single_quoted(rest, at, errors)?)),
        b'`' => return Some((TokenKind::Quoted, backquoted(rest, at, errors))),
        _ => {}
    }
    let (left, kind) = match mode {
        Mode::Expression => expression(rest, at, errors)?,
        Mode::Source => keyed(word::source(rest), TokenKind::Source).or_else(|| word::sign(rest).ok())?,
        Mode::Pattern => keyed(word::pattern(rest), TokenKind::Pattern)
            .or_else(|| word::param(rest).ok())
            .or_else(|| word::sign(rest).ok())?,
    };
    Some((kind, rest.len() - left.len()))
}

fn keyed<'a>(found: nom::IResult<&'a str, &'a str>, kind: TokenKind) -> Option<(&'a str, TokenKind)> {
    found.ok().map(|(left, _)| (left, kind))
}

fn expression<'a>(rest: &'a str, at: usize, errors: &mut Vec<Diagnostic>) -> Option<(&'a str, TokenKind)> {
    if let Ok((left, kind)) = word::foreign(rest) {
        let typed = &rest[..2];
        let meant = if kind == TokenKind::DoublePipe { "OR" } else { "AND" };
        let span = Span::new(at, at + 2);
        errors.push(unknown(span, typed).with_help(format!("write {meant}")).with_fix(span, meant));
        return Some((left, kind));
    }
    keyed(word::word(rest), TokenKind::Word)
        .or_else(|| word::number(rest).ok())
        .or_else(|| word::param(rest).ok())
        .or_else(|| word::sign(rest).ok())
}

fn string(rest: &str, at: usize, errors: &mut Vec<Diagnostic>) -> usize {
    let extent = quoted::string(rest);
    let literal = &rest[..extent.len];
    let span = Span::new(at, at + extent.len);
    if !extent.closed {
        errors.push(
            Diagnostic::error(Code::BAD_STRING, span, recognition(literal))
                .with_help("the string is not closed on its line"),
        );
    } else if let Some((offset, len)) = quoted::bad_escape(literal) {
        let shown = &literal[..offset + len];
        let mut error = Diagnostic::error(Code::BAD_STRING, span, recognition(shown))
            .with_label(Span::new(at + offset, at + offset + len), "the escapes are \\t \\n \\r \\\" \\\\");
        error.help = Some("double the backslash, or put the string in triple quotes, which know no escapes".to_owned());
        let body = literal.get(1..literal.len() - 1).unwrap_or("");
        if !body.contains('"') {
            error.fix = Some(quarry_diagnostics::Fix { span, replacement: format!("\"\"\"{body}\"\"\"") });
        }
        errors.push(error);
    }
    extent.len
}

fn single_quoted(rest: &str, at: usize, errors: &mut Vec<Diagnostic>) -> Option<usize> {
    let extent = quoted::single_quoted(rest);
    if !extent.closed {
        return None;
    }
    let literal = &rest[..extent.len];
    let span = Span::new(at, at + extent.len);
    let body = &literal[1..literal.len() - 1];
    let mut error = Diagnostic::error(Code::BAD_STRING, span, recognition("'"));
    error.help = Some("strings stand in double quotes".to_owned());
    if !body.contains(['"', '\\']) {
        error.fix = Some(quarry_diagnostics::Fix { span, replacement: format!("\"{body}\"") });
    }
    errors.push(error);
    Some(extent.len)
}

fn backquoted(rest: &str, at: usize, errors: &mut Vec<Diagnostic>) -> usize {
    let extent = quoted::backquoted(rest);
    let literal = &rest[..extent.len];
    let span = Span::new(at, at + extent.len);
    if !extent.closed {
        errors.push(
            Diagnostic::error(Code::BAD_STRING, span, recognition(literal)).with_help("the backquote is not closed"),
        );
    } else if extent.len == 2 {
        errors.push(Diagnostic::error(Code::BAD_STRING, span, recognition(literal)).with_help("a name can't be empty"));
    }
    extent.len
}

/// How many bytes at the start of `rest` start no token: one report is enough for all of them.
fn unknown_len(rest: &str, mode: Mode) -> usize {
    let mut ignored = Vec::new();
    rest.char_indices()
        .skip(1)
        .find(|(at, c)| {
            let rest = &rest[*at..];
            trivia::blank(*c) || rest.starts_with(['/', '\'']) || token(rest, 0, mode, &mut ignored).is_some()
        })
        .map_or(rest.len(), |(at, _)| at)
}

fn unknown(span: Span, text: &str) -> Diagnostic {
    Diagnostic::error(Code::UNKNOWN_TOKEN, span, recognition(text))
}

fn recognition(text: &str) -> String {
    format!("token recognition error at: '{}'", shown(text))
}

/// `text` as it stands in a message: on one line and of bounded length.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c => shown.push(c),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, mode: Mode) -> (Vec<TokenKind>, Vec<String>) {
        let (mut at, mut kinds, mut errors) = (0, Vec::new(), Vec::new());
        loop {
            let lexed = next(text, at, mode);
            errors.extend(lexed.errors.into_iter().map(|e| e.message));
            if lexed.token.kind == TokenKind::Eof {
                return (kinds, errors);
            }
            kinds.push(lexed.token.kind);
            at = lexed.token.span.end as usize;
        }
    }

    #[test]
    fn modes_cut_the_same_text_differently() {
        use TokenKind as K;
        assert_eq!(kinds("a*b", Mode::Expression).0, [K::Word, K::Star, K::Word]);
        assert_eq!(kinds("a*b", Mode::Pattern).0, [K::Pattern]);
        assert_eq!(kinds("a-b.c", Mode::Source).0, [K::Source]);
        assert_eq!(kinds("foo`*`bar", Mode::Pattern).0, [K::Pattern, K::Quoted, K::Pattern]);
    }

    #[test]
    fn unknown_characters_are_reported_once() {
        let (kinds, errors) = kinds("a $$$ b", Mode::Expression);
        assert_eq!(kinds, [TokenKind::Word, TokenKind::Word]);
        assert_eq!(errors, ["token recognition error at: '$$$'"]);
    }

    #[test]
    fn strings_and_their_mistakes() {
        assert_eq!(kinds("\"abc", Mode::Expression).1, ["token recognition error at: '\"abc'"]);
        assert_eq!(kinds("\"a\\d\"", Mode::Expression).1, ["token recognition error at: '\"a\\d'"]);
        let lexed = next("'abc'", 0, Mode::Expression);
        assert_eq!(lexed.token.kind, TokenKind::String);
        assert_eq!(lexed.errors[0].fix.as_ref().map(|f| f.replacement.as_str()), Some("\"abc\""));
    }
}
