//! The patterns of LIKE: `*` is any text, `?` any one character, a backslash makes either literal.

use memchr::memmem;

/// A compiled pattern.
#[derive(Debug)]
pub struct Wildcard {
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Everything,
    Exact(String),
    Prefix(String),
    Suffix(String),
    Contains(Box<memmem::Finder<'static>>),
    General(Vec<Token>),
}

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// This very text.
    Literal(String),
    /// `?`
    AnyChar,
    /// `*`
    AnyText,
}

impl Wildcard {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// An escape before anything but `*`, `?` or a backslash.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let tokens = tokens(pattern)?;
        let shape = match tokens.as_slice() {
            [] => Shape::Exact(String::new()),
            [Token::AnyText] => Shape::Everything,
            [Token::Literal(text)] => Shape::Exact(text.clone()),
            [Token::Literal(text), Token::AnyText] => Shape::Prefix(text.clone()),
            [Token::AnyText, Token::Literal(text)] => Shape::Suffix(text.clone()),
            [Token::AnyText, Token::Literal(text), Token::AnyText] => {
                Shape::Contains(Box::new(memmem::Finder::new(text).into_owned()))
            }
            _ => Shape::General(tokens),
        };
        Ok(Self { shape })
    }

    /// Whether every string matches.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self.shape, Shape::Everything)
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match &self.shape {
            Shape::Everything => true,
            Shape::Exact(literal) => text == literal,
            Shape::Prefix(literal) => text.starts_with(literal.as_str()),
            Shape::Suffix(literal) => text.ends_with(literal.as_str()),
            Shape::Contains(finder) => finder.find(text.as_bytes()).is_some(),
            Shape::General(tokens) => matches_tokens(tokens, text),
        }
    }
}

/// The steps of a pattern; neighbouring stars are one.
///
/// # Errors
/// An escape before anything but `*`, `?` or a backslash.
pub fn tokens(pattern: &str) -> Result<Vec<Token>, String> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '*' => {
                if tokens.last() != Some(&Token::AnyText) {
                    tokens.push(Token::AnyText);
                }
                continue;
            }
            '?' => {
                tokens.push(Token::AnyChar);
                continue;
            }
            '\\' => match chars.next() {
                Some(next @ ('*' | '?' | '\\')) => next,
                Some(_) => {
                    return Err("Invalid sequence - escape character is not followed by special wildcard char".into());
                }
                None => {
                    return Err("Invalid sequence - escape character is not followed by special wildcard char".into());
                }
            },
            other => other,
        };
        match tokens.last_mut() {
            Some(Token::Literal(text)) => text.push(literal),
            _ => tokens.push(Token::Literal(literal.to_string())),
        }
    }
    Ok(tokens)
}

/// Greedy matching that returns only to the last star: never more than text length times pattern length steps.
fn matches_tokens(tokens: &[Token], text: &str) -> bool {
    let (mut at, mut step) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let advanced = match tokens.get(step) {
            None if at == text.len() => return true,
            None => false,
            Some(Token::AnyText) => {
                retry = Some((at, step + 1));
                step += 1;
                if step == tokens.len() {
                    return true;
                }
                continue;
            }
            Some(Token::AnyChar) => match text[at..].chars().next() {
                Some(c) => {
                    at += c.len_utf8();
                    true
                }
                None => false,
            },
            Some(Token::Literal(literal)) => {
                let found = text[at..].starts_with(literal.as_str());
                at += if found { literal.len() } else { 0 };
                found
            }
        };
        if advanced {
            step += 1;
            continue;
        }
        let Some((from, after_star)) = retry else { return false };
        let Some(next) = text[from..].chars().next().map(|c| from + c.len_utf8()) else { return false };
        // A literal after the star can be looked for directly.
        let next = match &tokens[after_star] {
            Token::Literal(literal) => match memmem::find(&text.as_bytes()[next..], literal.as_bytes()) {
                Some(found) => next + found,
                None => return false,
            },
            _ => next,
        };
        retry = Some((next, after_star));
        at = next;
        step = after_star;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_strings() {
        for (pattern, text, expected) in [
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("*b*", "abc", true),
            ("abc", "abcd", false),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*a?", "xxab", true),
            ("", "", true),
            ("**", "", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("?", "\n", true),
            ("*aab", "aaaaab", true),
        ] {
            assert_eq!(Wildcard::new(pattern).unwrap().matches(text), expected, "{pattern} on {text}");
        }
        assert!(Wildcard::new("a\\b").is_err());
        assert!(Wildcard::new("a\\").is_err());
    }
}
