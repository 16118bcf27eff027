//! Java's regular expressions, for REPLACE: run by the linear-time engine where that has all that the expression
//! needs, else by a backtracking one that gives up in time.

use std::borrow::Cow;

use crate::Failure;

mod replacement;
mod translate;

pub use replacement::Replacement;

/// Steps after which the backtracking engine gives up.
const BACKTRACK_LIMIT: usize = 1_000_000;

/// A compiled expression.
#[derive(Debug)]
pub struct JavaRegex {
    linear: Option<regex::Regex>,
    backtracking: Option<fancy_regex::Regex>,
    /// The expression has a `$` that the linear engine takes for the very end of the text only.
    has_end_anchor: bool,
}

/// The groups of one match: where each lies, the whole match first.
pub(super) struct Match {
    groups: Vec<Option<(usize, usize)>>,
}

impl Match {
    /// Where a group lies; `None` where it took no part.
    pub(super) fn group(&self, index: usize) -> Option<(usize, usize)> {
        self.groups.get(index).copied().flatten()
    }
}

impl JavaRegex {
    /// Compiles an expression.
    ///
    /// # Errors
    /// What is wrong with it, in the class and form of Java's `PatternSyntaxException`.
    pub fn new(pattern: &str) -> Result<Self, Failure> {
        let translated = translate::translate(pattern)?;
        let generic = |reason: String| translate::syntax_error(&reason, None, pattern);
        let linear = if translated.needs_backtracking {
            None
        } else {
            let built = regex::RegexBuilder::new(&translated.linear).size_limit(32 << 20).build();
            Some(built.map_err(|error| generic(last_line(&error.to_string())))?)
        };
        let backtracking = if translated.needs_backtracking || translated.has_end_anchor {
            let built =
                fancy_regex::RegexBuilder::new(&translated.backtracking).backtrack_limit(BACKTRACK_LIMIT).build();
            Some(built.map_err(|error| generic(last_line(&error.to_string())))?)
        } else {
            None
        };
        Ok(Self { linear, backtracking, has_end_anchor: translated.has_end_anchor })
    }

    /// The number of the group called `name`.
    pub(super) fn group_number(&self, name: &str) -> Option<usize> {
        match (&self.linear, &self.backtracking) {
            (Some(regex), _) => regex.capture_names().position(|n| n == Some(name)),
            (None, Some(regex)) => regex.capture_names().position(|n| n == Some(name)),
            (None, None) => None,
        }
    }

    /// How many groups there are, without the whole match.
    pub(super) fn group_count(&self) -> usize {
        match (&self.linear, &self.backtracking) {
            (Some(regex), _) => regex.captures_len() - 1,
            (None, Some(regex)) => regex.captures_len() - 1,
            (None, None) => 0,
        }
    }

    /// Replaces every match.
    ///
    /// # Errors
    /// The replacement asks for a group that isn't there, or the search takes too long.
    pub fn replace_all<'t>(&self, text: &'t str, replacement: &Replacement) -> Result<Cow<'t, str>, Failure> {
        let mut out = String::new();
        let (mut copied, mut from) = (0, 0);
        let mut any = false;
        let with_groups = replacement.has_groups();
        while from <= text.len() {
            let Some(found) = self.find(text, from, with_groups)? else { break };
            let Some((start, end)) = found.group(0) else { break };
            any = true;
            out.push_str(&text[copied..start]);
            replacement.push(&mut out, text, &found, self)?;
            copied = end;
            // An empty match does not end the search: it goes on one character later.
            from = match text[end..].chars().next() {
                Some(c) if start == end => end + c.len_utf8(),
                None if start == end => break,
                _ => end,
            };
        }
        if !any {
            return Ok(Cow::Borrowed(text));
        }
        out.push_str(&text[copied..]);
        Ok(Cow::Owned(out))
    }

    /// Where the matches lie, one after the other; empty ones don't count.
    ///
    /// # Errors
    /// The search takes too long.
    pub fn find_all(&self, text: &str) -> Result<Vec<std::ops::Range<usize>>, Failure> {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some((start, end)) = self.find(text, from, false)?.and_then(|found| found.group(0)) {
            let after = text[end..].chars().next().map_or(1, char::len_utf8);
            from = if start == end { end + after } else { end };
            places.extend((start < end).then_some(start..end));
            if from > text.len() {
                break;
            }
        }
        Ok(places)
    }

    fn find(&self, text: &str, from: usize, with_groups: bool) -> Result<Option<Match>, Failure> {
        let ends_line = self.has_end_anchor && text.ends_with(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
        if let (Some(regex), false) = (&self.linear, ends_line) {
            // The whole match is cheaper to find than the groups are, and most texts have none.
            let Some(whole) = regex.find_at(text, from) else { return Ok(None) };
            if !with_groups {
                return Ok(Some(Match { groups: vec![Some((whole.start(), whole.end()))] }));
            }
            return Ok(regex
                .captures_at(text, from)
                .map(|captures| Match { groups: captures.iter().map(|m| m.map(|m| (m.start(), m.end()))).collect() }));
        }
        let Some(regex) = &self.backtracking else { return Ok(None) };
        match regex.captures_from_pos(text, from) {
            Ok(captures) => Ok(captures
                .map(|captures| Match { groups: captures.iter().map(|m| m.map(|m| (m.start(), m.end()))).collect() })),
            Err(_) => Err(Failure::illegal_argument(format!(
                "matching the regular expression took more than [{BACKTRACK_LIMIT}] steps"
            ))),
        }
    }
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(text: &str, pattern: &str, with: &str) -> Result<String, String> {
        let regex = JavaRegex::new(pattern).map_err(|failure| failure.message)?;
        let replacement = Replacement::new(with);
        regex.replace_all(text, &replacement).map(Cow::into_owned).map_err(|failure| failure.message)
    }

    #[test]
    fn matches_are_replaced() {
        for (text, pattern, with, expected) in [
            ("a1b22", "[0-9]+", "#", "a#b#"),
            ("ab", "(a)(b)", "$2$1", "ba"),
            ("ab", "(?<first>a)", "<${first}>", "<a>b"),
            ("ab", "a", r"\$1\\", r"$1\b"),
            ("a1", "(a)", "$11", "a11"),
            ("axb", "x*", "-", "-a--b-"),
            ("", "^$", "empty", "empty"),
            ("ab\n", "b$", "x", "ax\n"),
            ("a.b", r"\.", " ", "a b"),
            ("aa", r"(a)\1", "b", "b"),
            ("price: 5 USD", r"\d(?= USD)", "9", "price: 9 USD"),
            ("aaa", "a++", "b", "b"),
            (r"C:\Temp\x", r"\\", "/", "C:/Temp/x"),
            ("a+b", r"\Qa+b\E", "c", "c"),
            ("Été", "(?i)é", "e", "Éte"),
            ("é9", r"\w", "_", "é_"),
            ("x]y", "[]x]", "-", "--y"),
            ("a-b_c", "[a-z&&[^b]]", "*", "*-b_*"),
            ("tab\there", r"\h", " ", "tab here"),
            ("\u{e9}", r"\u00e9", "e", "e"),
            ("a\nb", "a.b", "x", "a\nb"),
            ("a\nb", "(?s)a.b", "x", "x"),
            ("Ab1", r"\p{Lower}|\p{javaDigit}", "-", "A--"),
            ("foo<bar>", r"\<bar\>", "", "foo"),
        ] {
            assert_eq!(replace(text, pattern, with).as_deref(), Ok(expected), "{pattern} on {text}");
        }
    }

    #[test]
    fn bad_expressions_are_reported_as_java_does() {
        for (pattern, message) in [
            ("(", "Unclosed group near index 1\n("),
            ("*a", "Dangling meta character '*' near index 0\n*a\n^"),
            ("a)", "Unmatched closing ')' near index 0\na)\n^"),
            ("[a", "Unclosed character class near index 1\n[a\n ^"),
            ("a\\", "Unescaped trailing backslash near index 1\na\\\n ^"),
        ] {
            let failure = JavaRegex::new(pattern).unwrap_err();
            assert_eq!(failure.class, "java.util.regex.PatternSyntaxException");
            assert_eq!(failure.message, message, "{pattern}");
        }
        assert_eq!(replace("a", "a", "$1"), Err("No group 1".to_owned()));
        assert_eq!(replace("a", "a", "$x"), Err("Illegal group reference".to_owned()));
        assert_eq!(replace("b", "a", "$x").as_deref(), Ok("b"));
    }

    #[test]
    fn a_search_that_explodes_is_given_up() {
        let text = format!("{}b", "a".repeat(40));
        assert!(replace(&text, r"(?:(a|a)*)\1c", "x").unwrap_err().contains("steps"));
    }
}
