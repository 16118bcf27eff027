//! Sets of characters: bracketed classes, predefined ones, and what escapes stand for.

use super::{Translator, literal};
use crate::Failure;

/// Classes nested deeper are refused.
const MOST_DEPTH: usize = 100;

impl Translator<'_> {
    /// A predefined class, as the inside of a bracketed one.
    pub(super) fn escaped_set(&mut self, c: char) -> Result<Option<String>, Failure> {
        Ok(Some(match c {
            'd' => "0-9".into(),
            'D' => "[^0-9]".into(),
            'w' => "a-zA-Z_0-9".into(),
            'W' => "[^a-zA-Z_0-9]".into(),
            's' => r" \t\n\x0B\x0C\r".into(),
            'S' => r"[^ \t\n\x0B\x0C\r]".into(),
            'h' => r" \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}".into(),
            'H' => r"[^ \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]".into(),
            'v' => r"\n\x0B\x0C\r\x{85}\x{2028}\x{2029}".into(),
            'V' => r"[^\n\x0B\x0C\r\x{85}\x{2028}\x{2029}]".into(),
            'p' | 'P' => self.property(c == 'P')?,
            _ => return Ok(None),
        }))
    }

    /// `\p{...}` or `\pL`
    fn property(&mut self, negated: bool) -> Result<String, Failure> {
        let name: String = if self.eat("{") {
            let end = self.chars[self.at..].iter().position(|c| *c == '}');
            let Some(length) = end else {
                return Err(self.error("Unclosed character family", Some(self.chars.len() - 1)));
            };
            let name = self.chars[self.at..self.at + length].iter().collect();
            self.at += length + 1;
            name
        } else {
            self.next().into_iter().collect()
        };
        let set = match name.as_str() {
            "Lower" => "[a-z]".to_owned(),
            "Upper" => "[A-Z]".to_owned(),
            "ASCII" => r"[\x00-\x7F]".to_owned(),
            "Alpha" => "[a-zA-Z]".to_owned(),
            "Digit" => "[0-9]".to_owned(),
            "Alnum" => "[a-zA-Z0-9]".to_owned(),
            "Punct" => r"[!-/:-@\[-`{-~]".to_owned(),
            "Graph" => "[!-~]".to_owned(),
            "Print" => "[ -~]".to_owned(),
            "Blank" => r"[ \t]".to_owned(),
            "Cntrl" => r"[\x00-\x1F\x7F]".to_owned(),
            "XDigit" => "[0-9a-fA-F]".to_owned(),
            "Space" => r"[ \t\n\x0B\x0C\r]".to_owned(),
            "javaLowerCase" => r"\p{Lowercase}".to_owned(),
            "javaUpperCase" => r"\p{Uppercase}".to_owned(),
            "javaDigit" => r"\p{Nd}".to_owned(),
            "javaLetter" | "javaAlphabetic" => r"\p{Alphabetic}".to_owned(),
            "javaLetterOrDigit" => r"[\p{L}\p{Nd}]".to_owned(),
            "javaWhitespace" => r"\s".to_owned(),
            name => {
                let name = name.strip_prefix("Is").or_else(|| name.strip_prefix("In")).unwrap_or(name);
                let name = name.rsplit_once('=').map_or(name, |(_, value)| value);
                format!(r"\p{{{name}}}")
            }
        };
        Ok(if negated { format!("[^{set}]") } else { set })
    }

    /// The character that an escape stands for.
    pub(super) fn escaped_char(&mut self, c: char) -> Result<char, Failure> {
        Ok(match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'a' => '\u{7}',
            'e' => '\u{1b}',
            'c' => match self.next() {
                Some(c) if c.is_ascii() => char::from(c as u8 ^ 64),
                _ => return Err(self.error("Illegal control escape sequence", Some(self.at))),
            },
            '0' => {
                let mut value = 0;
                let mut digits = 0;
                while digits < 3
                    && let Some(digit) = self.chars.get(self.at).and_then(|c| c.to_digit(8))
                    && value * 8 + digit <= 0o377
                {
                    value = value * 8 + digit;
                    digits += 1;
                    self.at += 1;
                }
                if digits == 0 {
                    return Err(self.error("Illegal octal escape sequence", Some(self.at)));
                }
                char::from_u32(value).unwrap_or('\0')
            }
            'x' if self.eat("{") => {
                let digits = self.chars[self.at..].iter().take_while(|c| c.is_ascii_hexdigit()).count();
                let value = self.hex(digits, "Illegal hexadecimal escape sequence")?;
                if !self.eat("}") {
                    return Err(self.error("Unclosed hexadecimal escape sequence", Some(self.at)));
                }
                value
            }
            'x' => self.hex(2, "Illegal hexadecimal escape sequence")?,
            'u' => self.hex(4, "Illegal Unicode escape sequence")?,
            c if c.is_ascii_alphabetic() => {
                return Err(self.error("Illegal/unsupported escape sequence", Some(self.at - 1)));
            }
            c => c,
        })
    }

    fn hex(&mut self, digits: usize, reason: &str) -> Result<char, Failure> {
        let text: String = self.chars[self.at..].iter().take(digits).collect();
        let value = u32::from_str_radix(&text, 16).ok().filter(|_| text.chars().count() == digits);
        match value.and_then(char::from_u32) {
            Some(c) => {
                self.at += digits;
                Ok(c)
            }
            None => Err(self.error(reason, Some(self.at))),
        }
    }

    /// The rest of a bracketed class, brackets included.
    pub(super) fn class(&mut self, depth: usize) -> Result<String, Failure> {
        if depth > MOST_DEPTH {
            return Err(self.error("Too many nested character classes", Some(self.at)));
        }
        let mut out = String::from("[");
        if self.eat("^") {
            out.push('^');
        }
        let mut first = true;
        loop {
            let Some(c) = self.next() else {
                return Err(self.error("Unclosed character class", Some(self.chars.len() - 1)));
            };
            match c {
                ']' if !first => break,
                '[' => out.push_str(&self.class(depth + 1)?),
                '&' if self.eat("&") => out.push_str("&&"),
                '-' => out.push_str(if self.is_range_dash(&out) { "-" } else { r"\-" }),
                '\\' => {
                    let Some(c) = self.next() else {
                        return Err(self.error("Unclosed character class", Some(self.chars.len() - 1)));
                    };
                    match c {
                        'Q' => {
                            while self.at < self.chars.len() && !self.eat(r"\E") {
                                if let Some(c) = self.next() {
                                    out.push_str(&literal(c));
                                }
                            }
                        }
                        'E' => {}
                        c => match self.escaped_set(c)? {
                            Some(set) => out.push_str(&set),
                            None => out.push_str(&literal(self.escaped_char(c)?)),
                        },
                    }
                }
                c => out.push_str(&literal(c)),
            }
            first = false;
        }
        out.push(']');
        Ok(out)
    }

    /// Whether a dash has something on either side to make a range of.
    fn is_range_dash(&self, before: &str) -> bool {
        let after = self.chars.get(self.at).is_some_and(|c| !matches!(c, ']' | '['));
        after && !before.ends_with("&&") && !matches!(before, "[" | "[^") && !before.ends_with(']')
    }
}
