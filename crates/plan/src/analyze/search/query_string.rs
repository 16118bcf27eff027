//! Lucene's query language, as QSTR takes it.

use super::query::{Bound, DEEPEST, Pattern, Piece, Problem, Query, Term};

/// Reads `text`. Terms next to each other are alternatives, or all required where `requires_all`.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn parse(text: &str, requires_all: bool) -> Result<Query, Problem> {
    let mut parser = Parser { text, at: 0, requires_all, depth: 0 };
    let query = parser.clauses(None)?;
    parser.skip_blanks();
    if parser.at < text.len() {
        return Err(Problem::new(format!("unexpected [{}]", &text[parser.at..]), parser.at..text.len()));
    }
    Ok(query)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Occur {
    May,
    Must,
    MustNot,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    requires_all: bool,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, text: &str) -> bool {
        let eats = self.rest().starts_with(text);
        self.at += if eats { text.len() } else { 0 };
        eats
    }

    /// A word in capitals that stands by itself.
    fn eat_word(&mut self, word: &str) -> bool {
        let Some(after) = self.rest().strip_prefix(word) else { return false };
        let ends = after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || c == '(' || c == '"');
        self.at += if ends { word.len() } else { 0 };
        ends
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(message, self.at..self.peek().map_or(self.at, |c| self.at + c.len_utf8()))
    }

    /// Clauses up to the end or a parenthesis that closes.
    fn clauses(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.problem("the query is nested too deeply"));
        }
        let mut clauses: Vec<(Occur, Query)> = Vec::new();
        loop {
            self.skip_blanks();
            if matches!(self.peek(), None | Some(')')) {
                break;
            }
            let mut joined_by_and = false;
            let mut joined_by_or = false;
            if !clauses.is_empty() {
                joined_by_and = self.eat_word("AND") || self.eat("&&");
                joined_by_or = !joined_by_and && (self.eat_word("OR") || self.eat("||"));
                self.skip_blanks();
            }
            let mut occur = None;
            if self.eat_word("NOT") || self.eat("!") || self.eat("-") {
                occur = Some(Occur::MustNot);
            } else if self.eat("+") {
                occur = Some(Occur::Must);
            }
            self.skip_blanks();
            let stands_alone = !joined_by_and && !joined_by_or && occur.is_none();
            let words = if stands_alone { self.words(field) } else { None };
            let query = match words {
                Some(query) => query,
                None => self.clause(field)?,
            };
            // What AND joins is required on both sides.
            if let (true, Some((last, _))) = (joined_by_and, clauses.last_mut())
                && *last == Occur::May
            {
                *last = Occur::Must;
            }
            if let (true, true, Some((last, _))) = (joined_by_or, self.requires_all, clauses.last_mut())
                && *last == Occur::Must
            {
                *last = Occur::May;
            }
            let required = joined_by_and || (self.requires_all && !joined_by_or);
            clauses.push((occur.unwrap_or(if required { Occur::Must } else { Occur::May }), query));
        }
        self.depth -= 1;
        Ok(combined(clauses))
    }

    /// Two or more bare words next to each other, with no operator about them: one text, which is a keyword field's
    /// whole value.
    fn words(&mut self, field: Option<&Pattern>) -> Option<Query> {
        let start = self.at;
        let mut text = String::new();
        let mut count = 0;
        let mut end = start;
        while let Some(word) = self.bare_word() {
            if count > 0 {
                // What an operator follows belongs to the operator.
                if self.operator_follows() {
                    break;
                }
                text.push(' ');
            }
            text.push_str(&word);
            count += 1;
            end = self.at;
            self.skip_blanks();
        }
        self.at = if count > 1 { end } else { start };
        (count > 1).then(|| Query::Term {
            field: field.cloned(),
            term: Term { all_words: self.requires_all, ..Term::of(Pattern::exact(text)) },
        })
    }

    /// A word without wildcards, weight or fuzziness that names no field and is no operator.
    fn bare_word(&mut self) -> Option<String> {
        const OPERATORS: [&str; 5] = ["AND", "OR", "NOT", "&&", "||"];
        let start = self.at;
        let word = self.word().ok().flatten()?;
        let is_operator = OPERATORS.contains(&&self.text[start..self.at]);
        if is_operator || matches!(self.peek(), Some(':' | '~' | '^')) {
            return None;
        }
        word.text().map(str::to_owned)
    }

    fn operator_follows(&self) -> bool {
        let rest = self.rest().trim_start();
        let word = rest.split([' ', '\t', '\n', '\r', '(', '"']).next();
        matches!(word, Some("AND" | "OR")) || rest.starts_with("&&") || rest.starts_with("||")
    }

    fn clause(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        let start = self.at;
        // A field: a word right before a colon.
        if let Some(Pattern { pieces }) = self.word()? {
            if self.eat(":") {
                self.skip_blanks();
                let field = Pattern { pieces };
                if field.text() == Some("_exists_") {
                    let name = self.word()?.ok_or_else(|| self.problem("expected a field"))?;
                    return Ok(Query::Exists(name));
                }
                return self.value(Some(&field));
            }
            self.at = start;
        }
        self.value(field)
    }

    fn value(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        let query = match self.peek() {
            Some('(') => {
                self.at += 1;
                let query = self.clauses(field)?;
                if !self.eat(")") {
                    return Err(self.problem("expected [)]"));
                }
                query
            }
            Some('"') => {
                let text = self.quoted('"')?;
                self.suffix("~");
                Query::Term { field: field.cloned(), term: Term::phrase(text) }
            }
            Some('/') => Query::Regex { field: field.cloned(), pattern: self.quoted('/')? },
            Some('[' | '{') => self.range(field)?,
            Some('<' | '>') => {
                let is_lower = self.eat(">") || !self.eat("<");
                let inclusive = self.eat("=");
                self.skip_blanks();
                let value = self.bound()?.ok_or_else(|| self.problem("expected a value"))?;
                let bound = Some(Bound { value, inclusive });
                let (lower, upper) = if is_lower { (bound, None) } else { (None, bound) };
                Query::Between { field: field.cloned(), lower, upper }
            }
            _ => {
                let pattern = self.word()?.ok_or_else(|| self.problem("expected a term"))?;
                if pattern.is_everything() {
                    let field = field.filter(|field| !field.is_everything());
                    return Ok(field.map_or(Query::All, |field| Query::Exists(field.clone())));
                }
                let fuzziness = self.suffix("~").map(|digits| digits.parse().ok());
                Query::Term { field: field.cloned(), term: Term { fuzziness, ..Term::of(pattern) } }
            }
        };
        // What only changes the score.
        self.suffix("^");
        Ok(query)
    }

    /// A number after `mark`.
    fn suffix(&mut self, mark: &str) -> Option<String> {
        if !self.eat(mark) {
            return None;
        }
        let digits: String = self.rest().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        self.at += digits.len();
        Some(digits)
    }

    fn range(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        let includes_lower = self.eat("[") || !self.eat("{");
        self.skip_blanks();
        let lower = self.bound()?;
        self.skip_blanks();
        if !self.eat_word("TO") {
            return Err(self.problem("expected [TO]"));
        }
        self.skip_blanks();
        let upper = self.bound()?;
        self.skip_blanks();
        let includes_upper = self.eat("]");
        if !includes_upper && !self.eat("}") {
            return Err(self.problem("expected []] or [}]"));
        }
        Ok(Query::Between {
            field: field.cloned(),
            lower: lower.map(|value| Bound { value, inclusive: includes_lower }),
            upper: upper.map(|value| Bound { value, inclusive: includes_upper }),
        })
    }

    /// The end of a range; `None` for `*`.
    fn bound(&mut self) -> Result<Option<String>, Problem> {
        if self.peek() == Some('"') {
            return self.quoted('"').map(Some);
        }
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ']' | '}' | ')')).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.problem("expected a value"));
        }
        self.at += end;
        Ok(Some(rest[..end].replace('\\', "")).filter(|value| value != "*"))
    }

    /// What stands between `quote` and the next one.
    fn quoted(&mut self, quote: char) -> Result<String, Problem> {
        let start = self.at;
        self.at += quote.len_utf8();
        let mut value = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                c if c == quote => return Ok(value),
                '\\' => {
                    let Some(next) = self.peek() else { break };
                    self.at += next.len_utf8();
                    // The escapes of a regular expression are its own.
                    if quote == '/' && next != '/' {
                        value.push('\\');
                    }
                    value.push(next);
                }
                c => value.push(c),
            }
        }
        Err(Problem::new(format!("expected [{quote}]"), start..self.text.len()))
    }

    /// A word with its wildcards; `None` where none begins here.
    fn word(&mut self) -> Result<Option<Pattern>, Problem> {
        let mut pattern = Pattern::default();
        while let Some(c) = self.peek() {
            let is_end = c.is_whitespace()
                || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | ':' | '"' | '^' | '~')
                || (pattern.pieces.is_empty() && matches!(c, '+' | '-' | '!' | '/' | '<' | '>'));
            if is_end {
                break;
            }
            self.at += c.len_utf8();
            match c {
                '*' => pattern.push(Piece::Any),
                '?' => pattern.push(Piece::One),
                '\\' => {
                    let next = self.peek().ok_or_else(|| self.problem("expected a character after [\\]"))?;
                    self.at += next.len_utf8();
                    pattern.push_char(next);
                }
                c => pattern.push_char(c),
            }
        }
        Ok((!pattern.pieces.is_empty()).then_some(pattern))
    }
}

/// All that must be, nothing that must not be; of what may be, one where nothing must be.
fn combined(clauses: Vec<(Occur, Query)>) -> Query {
    let of = |occur: Occur| clauses.iter().filter(move |(o, _)| *o == occur).map(|(_, query)| query.clone());
    let mut parts: Vec<Query> = of(Occur::Must).collect();
    let may: Vec<Query> = of(Occur::May).collect();
    if parts.is_empty() && !may.is_empty() {
        parts.push(one_or(may, Query::Or));
    }
    parts.extend(of(Occur::MustNot).map(|query| Query::Not(Box::new(query))));
    if parts.is_empty() { Query::Nothing } else { one_or(parts, Query::And) }
}

fn one_or(mut parts: Vec<Query>, many: fn(Vec<Query>) -> Query) -> Query {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(field: Option<&str>, value: &str) -> Query {
        Query::Term { field: field.map(Pattern::exact), term: Term::of(Pattern::exact(value)) }
    }

    fn not(query: Query) -> Query {
        Query::Not(Box::new(query))
    }

    #[test]
    fn words_in_a_row_are_one_text() {
        let parse = |text: &str| parse(text, false).unwrap();
        assert_eq!(parse("a b"), term(None, "a b"));
        assert_eq!(parse("f:(a  b)"), term(Some("f"), "a b"));
        assert_eq!(parse("a b c:d"), Query::Or(vec![term(None, "a b"), term(Some("c"), "d")]));
        assert_eq!(parse("+a b c"), term(None, "a"));
        assert_eq!(parse("a and b"), term(None, "a and b"));
        assert_eq!(parse("f:a b"), Query::Or(vec![term(Some("f"), "a"), term(None, "b")]));
        assert_eq!(parse("a b^2"), Query::Or(vec![term(None, "a"), term(None, "b")]));
        let all = Term { all_words: true, ..Term::of(Pattern::exact("a b")) };
        assert_eq!(super::parse("a b", true), Ok(Query::Term { field: None, term: all }));
    }

    #[test]
    fn words_are_alternatives_unless_joined() {
        let parse = |text: &str| parse(text, false).unwrap();
        assert_eq!(parse("a OR b"), Query::Or(vec![term(None, "a"), term(None, "b")]));
        assert_eq!(parse("a b AND c"), Query::And(vec![term(None, "b"), term(None, "c")]));
        assert_eq!(parse("a AND b"), Query::And(vec![term(None, "a"), term(None, "b")]));
        assert_eq!(parse("+a b -c"), Query::And(vec![term(None, "a"), not(term(None, "c"))]));
        assert_eq!(parse("NOT f:a"), not(term(Some("f"), "a")));
        assert_eq!(parse("f:(a OR b)"), Query::Or(vec![term(Some("f"), "a"), term(Some("f"), "b")]));
        assert_eq!(parse(""), Query::Nothing);
        assert_eq!(super::parse("a (b)", true), Ok(Query::And(vec![term(None, "a"), term(None, "b")])));
    }

    #[test]
    fn ranges_have_open_and_closed_ends() {
        let bound = |value: &str, inclusive| Some(Bound { value: value.into(), inclusive });
        let between = |lower, upper| Query::Between { field: Some(Pattern::exact("f")), lower, upper };
        assert_eq!(parse("f:[1 TO 5}", false), Ok(between(bound("1", true), bound("5", false))));
        assert_eq!(parse("f:{* TO 5]", false), Ok(between(None, bound("5", true))));
        assert_eq!(parse("f:>=7", false), Ok(between(bound("7", true), None)));
    }

    #[test]
    fn special_forms() {
        assert_eq!(parse("_exists_:a.b", false), Ok(Query::Exists(Pattern::exact("a.b"))));
        assert_eq!(parse("*:*", false), Ok(Query::All));
        assert_eq!(parse("f:*", false), Ok(Query::Exists(Pattern::exact("f"))));
        assert_eq!(
            parse(r"f:/a\.b\/c/", false),
            Ok(Query::Regex { field: Some(Pattern::exact("f")), pattern: r"a\.b/c".into() })
        );
        let fuzzy = Term { fuzziness: Some(Some(1)), ..Term::of(Pattern::exact("ab")) };
        assert_eq!(parse("f:ab~1", false), Ok(Query::Term { field: Some(Pattern::exact("f")), term: fuzzy }));
        assert_eq!(parse(r"f:a\:b^2", false), Ok(term(Some("f"), "a:b")));
    }

    #[test]
    fn problems_have_a_place() {
        assert_eq!(parse("f:[1 5]", false), Err(Problem::new("expected [TO]", 5..6)));
        assert_eq!(parse("a)", false), Err(Problem::new("unexpected [)]", 1..2)));
        assert_eq!(parse("(a", false), Err(Problem::new("expected [)]", 2..2)));
        assert!(parse(&"(".repeat(5000), false).is_err());
    }
}
