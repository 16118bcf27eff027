//! Lucene's regular expressions, as RLIKE has them: anchored at both ends, without look-around or back-references,
//! but with complement and intersection.

mod automaton;
mod intervals;
mod linear;
mod required;
mod syntax;

pub use required::required_literal;

/// A compiled expression. Matching takes time linear in the text.
#[derive(Debug)]
pub struct LuceneRegex {
    matcher: Matcher,
}

#[derive(Debug)]
enum Matcher {
    /// For most expressions.
    Linear(linear::Matcher),
    /// For those with complement or intersection.
    Automaton(automaton::Automaton),
}

impl LuceneRegex {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// What is wrong with the pattern, or that it needs too large an automaton.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let expression = syntax::parse(pattern)?;
        let matcher = if expression.has_boolean_operators() {
            Matcher::Automaton(automaton::Automaton::new(&expression, pattern)?)
        } else {
            Matcher::Linear(linear::Matcher::new(&expression)?)
        };
        Ok(Self { matcher })
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Linear(matcher) => matcher.matches(text),
            Matcher::Automaton(automaton) => automaton.matches(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(&str, &str, bool)]) {
        for (pattern, text, expected) in cases {
            assert_eq!(LuceneRegex::new(pattern).unwrap().matches(text), *expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn expressions_match_whole_strings() {
        check(&[
            ("h.*o", "hello", true),
            ("ell", "hello", false),
            ("a.c", "a\nc", true),
            ("^a$", "^a$", true),
            (r#""a.c"+"#, "a.ca.c", true),
            (r"a\.c", "abc", false),
            ("[^a-c]x", "dx", true),
            ("[^a-c]x", "bx", false),
            ("a@", "abc", true),
            ("a#|b", "b", true),
            ("#", "", false),
            ("(a|b){2}", "ab", true),
            ("a{2,}", "aaa", true),
            ("a{2,}", "a", false),
            ("a{1,2}", "aaa", false),
            (r"\d+\s\w", "123 x", true),
            (r"[\d.]+", "1.2", true),
            (r"[\^a-]+", "a-^", true),
            ("", "", true),
            ("", "a", false),
            ("()", "", true),
            ("*a", "*a", true),
            ("a|*", "*", true),
            ("é+", "éé", true),
        ]);
    }

    #[test]
    fn intervals_are_of_numbers() {
        check(&[
            ("<1-100>", "57", true),
            ("<1-100>", "0057", true),
            ("<1-100>", "101", false),
            ("<1-100>", "0", false),
            ("<100-1>", "1", true),
            ("<08-12>", "09", true),
            ("<08-12>", "9", false),
            ("<08-12>", "13", false),
            ("192\\.168\\.<0-255>\\.<0-255>", "192.168.7.255", true),
            ("192\\.168\\.<0-255>\\.<0-255>", "192.168.7.256", false),
        ]);
    }

    #[test]
    fn complement_and_intersection_combine() {
        check(&[
            ("~(abc)", "abd", true),
            ("~(abc)", "abc", false),
            ("~(abc)", "", true),
            ("a~bc", "axc", true),
            ("a~bc", "abc", false),
            ("a~bc", "abbc", true),
            ("~(.*evil.*)", "all good", true),
            ("~(.*evil.*)", "an evil one", false),
            (".*foo.*&.*bar.*", "bar foo", true),
            (".*foo.*&.*bar.*", "foo", false),
            ("[a-z]+&~(.*x.*)&.{3}", "abc", true),
            ("[a-z]+&~(.*x.*)&.{3}", "axc", false),
            ("<0-255>&~(<10-19>)", "15", false),
            ("<0-255>&~(<10-19>)", "25", true),
            ("(a|b)*&~(.*aa.*)", "ababab", true),
            ("(a|b)*&~(.*aa.*)", "abaab", false),
            ("~#", "anything", true),
            ("~(é.{2,3})", "éab", false),
            (r"~(\d+)", "12a", true),
        ]);
    }

    #[test]
    fn bad_expressions_are_refused() {
        for (pattern, reason) in [
            ("(", "unexpected end-of-string"),
            ("(a", "expected ')' at position 2"),
            ("a)", "end-of-string expected at position 1"),
            ("[a", "expected ']' at position 2"),
            ("a{x}", "integer expected at position 2"),
            ("a{1", "expected '}' at position 3"),
            ("a{3,1}", "invalid repetition range(out of order): 3..1"),
            ("\"a", "expected '\"' at position 2"),
            ("a|", "unexpected end-of-string"),
            ("<1-2", "expected '>' at position 4"),
            ("<x>", "'x' not found"),
            ("a\\", "unexpected end-of-string"),
            ("[b-a]", "invalid range: from (98) cannot be > to (97)"),
        ] {
            assert_eq!(LuceneRegex::new(pattern).unwrap_err(), reason, "{pattern}");
        }
        let many = format!("~(.*a.{{{}}})", 60);
        assert!(LuceneRegex::new(&many).unwrap_err().contains("states"));
        assert!(LuceneRegex::new(&"(".repeat(5000)).is_err());
        assert!(LuceneRegex::new("@{9999}~@").unwrap_err().contains("states"));
    }
}
