//! Paths into JSON texts, followed without building a tree.

use std::borrow::Cow;

/// Nesting beyond which a text is not taken for JSON.
const MOST_DEPTH: usize = 1000;

/// A parsed path.
#[derive(Debug, PartialEq, Eq)]
pub struct JsonPath {
    steps: Vec<Step>,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Why a path gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no such key, or what should have one is no object.
    Missing,
    /// The list is shorter.
    OutOfBounds,
    /// The text is no JSON, as far as it was read.
    NotJson,
}

impl JsonPath {
    /// Parses a path.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(path: &str) -> Result<Self, String> {
        let error = |reason: &str| format!("Invalid JSON path [{path}]: {reason}");
        let (mut rest, mut may_start_bare) = match path.strip_prefix('$') {
            Some(rest) if rest.is_empty() || rest.starts_with(['.', '[']) => (rest, false),
            _ => (path, true),
        };
        if path.is_empty() {
            return Err(error("path is empty"));
        }
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let (step, after) = bracket(inside).map_err(error)?;
                steps.push(step);
                rest = after;
            } else {
                let key = match rest.strip_prefix('.') {
                    Some(key) => key,
                    None if may_start_bare => rest,
                    None => return Err(error("expected [.] or [[] between keys")),
                };
                let end = key.find(['.', '[']).unwrap_or(key.len());
                if end == 0 {
                    return Err(error("a key is empty"));
                }
                steps.push(Step::Key(key[..end].to_owned()));
                rest = &key[end..];
            }
            may_start_bare = false;
        }
        Ok(Self { steps })
    }

    /// What the path leads to: the text of a string, the JSON of everything else, `None` for null.
    ///
    /// # Errors
    /// The path leads nowhere, or the text is no JSON.
    pub fn find<'t>(&self, text: &'t str) -> Result<Option<Cow<'t, str>>, Problem> {
        let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0 };
        for step in &self.steps {
            scanner.blanks();
            match (step, scanner.peek()) {
                (Step::Key(key), Some(b'{')) => scanner.enter_object(key)?,
                (Step::Index(index), Some(b'[')) => scanner.enter_list(*index)?,
                (_, None) => return Err(Problem::NotJson),
                (_, Some(_)) => {
                    scanner.skip_value(0)?;
                    return Err(Problem::Missing);
                }
            }
        }
        scanner.blanks();
        let start = scanner.at;
        scanner.skip_value(0)?;
        let found = &text[start..scanner.at];
        if self.steps.is_empty() {
            scanner.blanks();
            if scanner.at != text.len() {
                return Err(Problem::NotJson);
            }
        }
        match found.as_bytes().first() {
            Some(b'"') => string(found).map(Some),
            Some(b'n') => Ok(None),
            _ => Ok(Some(Cow::Borrowed(found))),
        }
    }
}

/// The rest of `[0]` or `['key']`, and what follows it.
fn bracket(inside: &str) -> Result<(Step, &str), &'static str> {
    if let Some(quote) = inside.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let mut key = String::new();
        let mut chars = inside.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => key.extend(chars.next().map(|(_, c)| c)),
                c if c == quote => {
                    let after = inside[at + 1..].strip_prefix(']').ok_or("expected []] after a quoted key")?;
                    return Ok((Step::Key(key), after));
                }
                c => key.push(c),
            }
        }
        return Err("a quoted key is not closed");
    }
    let (number, after) = inside.split_once(']').ok_or("a bracket is not closed")?;
    let index = number.parse().map_err(|_| "expected a quoted key or a position from 0 in brackets")?;
    Ok((Step::Index(index), after))
}

/// The text of a JSON string, quotes included.
fn string(json: &str) -> Result<Cow<'_, str>, Problem> {
    let inside = &json[1..json.len() - 1];
    if !inside.contains('\\') {
        return Ok(Cow::Borrowed(inside));
    }
    serde_json::from_str(json).map(Cow::Owned).map_err(|_| Problem::NotJson)
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Scanner<'t> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        self.blanks();
        if self.peek() != Some(byte) {
            return Err(Problem::NotJson);
        }
        self.at += 1;
        Ok(())
    }

    /// Moves to the value of a key of the object that starts here.
    fn enter_object(&mut self, key: &str) -> Result<(), Problem> {
        self.expect(b'{')?;
        self.blanks();
        if self.peek() == Some(b'}') {
            return Err(Problem::Missing);
        }
        loop {
            self.blanks();
            let found = self.string_token()?;
            self.expect(b':')?;
            if string(found)? == key {
                return Ok(());
            }
            self.skip_value(0)?;
            if !self.another(b'}')? {
                return Err(Problem::Missing);
            }
        }
    }

    /// Moves to an element of the list that starts here.
    fn enter_list(&mut self, index: usize) -> Result<(), Problem> {
        self.expect(b'[')?;
        self.blanks();
        if self.peek() == Some(b']') {
            return Err(Problem::OutOfBounds);
        }
        for _ in 0..index {
            self.skip_value(0)?;
            if !self.another(b']')? {
                return Err(Problem::OutOfBounds);
            }
        }
        Ok(())
    }

    /// Whether a comma follows, rather than the end.
    fn another(&mut self, end: u8) -> Result<bool, Problem> {
        self.blanks();
        let more = match self.peek() {
            Some(b',') => true,
            Some(byte) if byte == end => false,
            _ => return Err(Problem::NotJson),
        };
        self.at += 1;
        Ok(more)
    }

    fn skip_value(&mut self, depth: usize) -> Result<(), Problem> {
        self.blanks();
        match self.peek() {
            Some(b'"') => self.string_token().map(|_| ()),
            Some(b'{' | b'[') if depth >= MOST_DEPTH => Err(Problem::NotJson),
            Some(open @ (b'{' | b'[')) => {
                let end = open + 2;
                self.at += 1;
                self.blanks();
                if self.peek() == Some(end) {
                    self.at += 1;
                    return Ok(());
                }
                loop {
                    if open == b'{' {
                        self.blanks();
                        self.string_token()?;
                        self.expect(b':')?;
                    }
                    self.skip_value(depth + 1)?;
                    if !self.another(end)? {
                        return Ok(());
                    }
                }
            }
            Some(_) => self.skip_scalar(),
            None => Err(Problem::NotJson),
        }
    }

    fn skip_scalar(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        match &self.text[start..self.at] {
            "true" | "false" | "null" => Ok(()),
            number if is_number(number.as_bytes()) => Ok(()),
            _ => Err(Problem::NotJson),
        }
    }

    /// The JSON of the string that starts here, quotes included.
    fn string_token(&mut self) -> Result<&'t str, Problem> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(Problem::NotJson);
        }
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            let next = memchr::memchr2(b'"', b'\\', rest).ok_or(Problem::NotJson)?;
            self.at += next + 1;
            if rest[next] == b'"' {
                return Ok(&self.text[start..self.at]);
            }
            // The escaped character may be a quote; what it is matters only where the string is asked for.
            match self.peek() {
                Some(byte) if byte.is_ascii() => self.at += 1,
                _ => return Err(Problem::NotJson),
            }
        }
    }
}

fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"-").or(exponent.strip_prefix(b"+")).unwrap_or(exponent);
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, path: &str) -> Result<Option<String>, Problem> {
        JsonPath::new(path).unwrap().find(text).map(|found| found.map(Cow::into_owned))
    }

    #[test]
    fn paths_lead_to_values() {
        let text = r#"{"a":{"b":[10, {"c.d":"x\"\u00e9"}, null]}, "a":1, "é" : -1.5e3, "t":true, "s": [ 1 , 2 ]}"#;
        for (path, expected) in [
            ("a.b[0]", "10"),
            ("$.a.b[1]['c.d']", "x\"é"),
            ("a['b'][1]", r#"{"c.d":"x\"\u00e9"}"#),
            ("é", "-1.5e3"),
            ("[\"t\"]", "true"),
            ("s", "[ 1 , 2 ]"),
            ("$['s'][1]", "2"),
        ] {
            assert_eq!(find(text, path), Ok(Some(expected.to_owned())), "{path}");
        }
        assert_eq!(find(text, "a.b[2]"), Ok(None));
        assert_eq!(find(text, "a.b[3]"), Err(Problem::OutOfBounds));
        assert_eq!(find(text, "a.x"), Err(Problem::Missing));
        assert_eq!(find(text, "t.x"), Err(Problem::Missing));
        assert_eq!(find(text, "a[0]"), Err(Problem::Missing));
    }

    #[test]
    fn a_dollar_is_the_whole_text() {
        assert_eq!(find(" \"hi\" ", "$"), Ok(Some("hi".into())));
        assert_eq!(find("[1,2]", "[1]"), Ok(Some("2".into())));
        for bad in ["not json", "", "{\"a\"", "[1,]", "01", "{\"a\":1} x", "\"open"] {
            assert_eq!(find(bad, "$"), Err(Problem::NotJson), "{bad}");
        }
        assert_eq!(find(&"[".repeat(100_000), "$"), Err(Problem::NotJson));
    }

    #[test]
    fn bad_paths_are_refused() {
        for bad in ["", "a..b", "a[", "a[x]", "a['b", "$.", "a[-1]", "a]b[", "a[0]b"] {
            assert!(JsonPath::new(bad).is_err(), "{bad}");
        }
    }
}
