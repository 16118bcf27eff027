//! White space and comments.

use nom::{
    IResult, Parser as _,
    bytes::complete::{tag, take_till, take_while},
    combinator::recognize,
    sequence::pair,
};

pub(crate) fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

pub(super) fn spaces(input: &str) -> IResult<&str, &str> {
    take_while(blank).parse(input)
}

/// `// ...` without the line's end.
pub(super) fn line_comment(input: &str) -> IResult<&str, &str> {
    recognize(pair(tag("//"), take_till(|c| c == '\n' || c == '\r'))).parse(input)
}

/// The length of the block comment at the start of `input`, and whether it is closed. Block comments nest.
pub(super) fn block_comment(input: &str) -> Option<(usize, bool)> {
    if !input.starts_with("/*") {
        return None;
    }
    let bytes = input.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Some((at, true));
                }
            }
            _ => at += 1,
        }
    }
    Some((bytes.len(), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_comments_nest() {
        assert_eq!(block_comment("/* a /* b */ c */ d"), Some((17, true)));
        assert_eq!(block_comment("/* a /* b */ c"), Some((14, false)));
        assert_eq!(block_comment("/*/ a */"), Some((8, true)));
        assert_eq!(block_comment("/ * a */"), None);
    }
}
