//! Lucene's regular expressions, as RLIKE has them: anchored at both ends, without look-around or back-references.

use regex::Regex;

/// A compiled expression.
#[derive(Debug)]
pub struct LuceneRegex {
    regex: Regex,
}

impl LuceneRegex {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let translated = translate(pattern)?;
        let regex = regex::RegexBuilder::new(&translated)
            .dot_matches_new_line(true)
            .size_limit(64 << 20)
            .build()
            .map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())?;
        Ok(Self { regex })
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// The same expression in the syntax of the `regex` crate.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::from(r"\A(?:");
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                    out.push_str(match c {
                        'd' => "[0-9]",
                        'D' => "[^0-9]",
                        's' => r"[ \t\n\r]",
                        'S' => r"[^ \t\n\r]",
                        'w' => "[A-Za-z0-9_]",
                        _ => "[^A-Za-z0-9_]",
                    });
                }
                Some(c) => push_literal(&mut out, c),
                None => return Err("end-of-string expected at the escape".into()),
            },
            '"' => loop {
                match chars.next() {
                    Some('"') => break,
                    Some(c) => push_literal(&mut out, c),
                    None => return Err("expected '\"'".into()),
                }
            },
            '[' => class(&mut chars, &mut out)?,
            '.' | '?' | '+' | '*' | '|' | '(' | ')' | '{' | '}' => out.push(c),
            '@' => out.push_str(".*"),
            '#' => out.push_str(r"[^\s\S]"),
            other => push_literal(&mut out, other),
        }
    }
    out.push_str(r")\z");
    Ok(out)
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) -> Result<(), String> {
    out.push('[');
    if chars.peek() == Some(&'^') {
        chars.next();
        out.push('^');
    }
    loop {
        match chars.next() {
            Some(']') => break,
            Some('-') => out.push('-'),
            Some('\\') => match chars.next() {
                Some(c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                    out.push('\\');
                    out.push(c);
                }
                Some(c) => push_in_class(out, c),
                None => return Err("expected ']'".into()),
            },
            Some(c) => push_in_class(out, c),
            None => return Err("expected ']'".into()),
        }
    }
    out.push(']');
    Ok(())
}

fn push_literal(out: &mut String, c: char) {
    out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

fn push_in_class(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_match_whole_strings() {
        for (pattern, text, expected) in [
            ("h.*o", "hello", true),
            ("ell", "hello", false),
            ("a.c", "a\nc", true),
            ("^a$", "^a$", true),
            (r#""a.c"+"#, "a.ca.c", true),
            (r"a\.c", "abc", false),
            ("[^a-c]x", "dx", true),
            ("a@", "abc", true),
            ("(a|b){2}", "ab", true),
            (r"\d+", "123", true),
        ] {
            assert_eq!(LuceneRegex::new(pattern).unwrap().matches(text), expected, "{pattern} on {text}");
        }
        assert!(LuceneRegex::new("(").is_err());
    }
}
