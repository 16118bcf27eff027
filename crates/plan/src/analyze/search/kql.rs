//! Kibana's query language.
//!
//! ```text
//! or    = and { "or" and }
//! and   = not { "and" not }
//! not   = "not" not | "(" or ")" | clause
//! clause = literal [ ":" ( value | "(" values ")" | "{" or "}" ) | ( "<" | "<=" | ">" | ">=" ) literal ]
//! ```

use super::query::{Bound, DEEPEST, Pattern, Piece, Problem, Query, Range, Term};

/// Reads `text`.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn parse(text: &str) -> Result<Query, Problem> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Ok(Query::All);
    }
    let mut parser = Parser { tokens, at: 0, end: text.len(), prefix: String::new(), depth: 0 };
    let query = parser.or(None)?;
    match parser.peek() {
        None => Ok(query),
        Some(token) => Err(Problem::new(format!("unexpected {}", token.kind.shown()), token.at.clone())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// A word, its escapes resolved.
    Word(Pattern),
    /// A string in quotes.
    Quoted(String),
    And,
    Or,
    Not,
    Colon,
    Compare(&'static str),
    Open,
    Close,
    OpenBrace,
    CloseBrace,
}

impl Kind {
    fn shown(&self) -> String {
        match self {
            Kind::Word(pattern) => format!("[{}]", pattern.to_wildcard()),
            Kind::Quoted(text) => format!("[\"{text}\"]"),
            Kind::And => "[and]".to_owned(),
            Kind::Or => "[or]".to_owned(),
            Kind::Not => "[not]".to_owned(),
            Kind::Colon => "[:]".to_owned(),
            Kind::Compare(operator) => format!("[{operator}]"),
            Kind::Open => "[(]".to_owned(),
            Kind::Close => "[)]".to_owned(),
            Kind::OpenBrace => "[{]".to_owned(),
            Kind::CloseBrace => "[}]".to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    at: Range,
}

fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        let follows_equal = text[at..].starts_with('=');
        let kind = match c {
            c if c.is_whitespace() => continue,
            ':' => Kind::Colon,
            '(' => Kind::Open,
            ')' => Kind::Close,
            '{' => Kind::OpenBrace,
            '}' => Kind::CloseBrace,
            '<' | '>' => {
                at += usize::from(follows_equal);
                Kind::Compare(match (c, follows_equal) {
                    ('<', false) => "<",
                    ('<', true) => "<=",
                    (_, false) => ">",
                    (_, true) => ">=",
                })
            }
            '"' => Kind::Quoted(quoted(text, &mut at, start)?),
            _ => {
                at = start;
                word(text, &mut at)
            }
        };
        tokens.push(Token { kind, at: start..at });
    }
    Ok(tokens)
}

/// The rest of a string, its opening quote read.
fn quoted(text: &str, at: &mut usize, start: usize) -> Result<String, Problem> {
    let mut value = String::new();
    while let Some(c) = text[*at..].chars().next() {
        *at += c.len_utf8();
        match c {
            '"' => return Ok(value),
            '\\' => value.push(escape(text, at)),
            c => value.push(c),
        }
    }
    Err(Problem::new("the string isn't closed", start..text.len()))
}

/// The character that an escape spells, its backslash read.
fn escape(text: &str, at: &mut usize) -> char {
    let Some(c) = text[*at..].chars().next() else { return '\\' };
    *at += c.len_utf8();
    match c {
        't' => '\t',
        'r' => '\r',
        'n' => '\n',
        'u' => {
            let code =
                text.get(*at..*at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
            *at += if code.is_some() { 4 } else { 0 };
            code.unwrap_or('u')
        }
        other => other,
    }
}

/// A word: up to a blank or a special character.
fn word(text: &str, at: &mut usize) -> Kind {
    let start = *at;
    let mut pattern = Pattern::default();
    while let Some(c) = text[*at..].chars().next() {
        if c.is_whitespace() || matches!(c, ':' | '(' | ')' | '{' | '}' | '<' | '>' | '"') {
            break;
        }
        *at += c.len_utf8();
        match c {
            '*' => pattern.push(Piece::Any),
            '\\' => pattern.push_char(escape(text, at)),
            c => pattern.push_char(c),
        }
    }
    match text[start..*at].to_ascii_lowercase().as_str() {
        "and" => Kind::And,
        "or" => Kind::Or,
        "not" => Kind::Not,
        _ => Kind::Word(pattern),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    /// Names of nested fields that are open, each with a dot.
    prefix: String,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn eat(&mut self, kind: &Kind) -> bool {
        let eats = self.peek().is_some_and(|token| token.kind == *kind);
        self.at += usize::from(eats);
        eats
    }

    fn here(&self) -> Range {
        self.peek().map_or(self.end..self.end, |token| token.at.clone())
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        match self.peek() {
            Some(token) => Problem::new(format!("expected {wanted}, found {}", token.kind.shown()), token.at.clone()),
            None => Problem::new(format!("expected {wanted}, found the end"), self.end..self.end),
        }
    }

    fn expect(&mut self, kind: &Kind) -> Result<(), Problem> {
        if self.eat(kind) { Ok(()) } else { Err(self.unexpected(&kind.shown())) }
    }

    /// `field` is set inside of the parentheses after a field.
    fn or(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Problem::new("the query is nested too deeply", self.here()));
        }
        let mut parts = vec![self.and(field)?];
        while self.eat(&Kind::Or) {
            parts.push(self.and(field)?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Query::Or))
    }

    fn and(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        let mut parts = vec![self.not(field)?];
        while self.eat(&Kind::And) {
            parts.push(self.not(field)?);
        }
        Ok(one_or(parts, Query::And))
    }

    fn not(&mut self, field: Option<&Pattern>) -> Result<Query, Problem> {
        let mut negations = 0;
        while self.eat(&Kind::Not) {
            negations += 1;
        }
        let query = if self.eat(&Kind::Open) {
            let query = self.or(field)?;
            self.expect(&Kind::Close)?;
            query
        } else {
            match field {
                Some(field) => self.value(field)?,
                None => self.clause()?,
            }
        };
        Ok(if negations % 2 == 1 { Query::Not(Box::new(query)) } else { query })
    }

    /// Words that stand next to each other, or a string.
    fn literal(&mut self, wanted: &str) -> Result<(Pattern, bool), Problem> {
        match self.peek().map(|token| token.kind.clone()) {
            Some(Kind::Quoted(text)) => {
                self.at += 1;
                Ok((Pattern::exact(text), true))
            }
            Some(Kind::Word(mut pattern)) => {
                self.at += 1;
                while let Some(Token { kind: Kind::Word(more), .. }) = self.peek() {
                    let more = more.clone();
                    self.at += 1;
                    pattern.push_char(' ');
                    more.pieces.into_iter().for_each(|piece| pattern.push(piece));
                }
                Ok((pattern, false))
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    fn clause(&mut self) -> Result<Query, Problem> {
        let (literal, quoted) = self.literal("a field or a value")?;
        if self.eat(&Kind::Colon) {
            let field = self.field(literal);
            if self.eat(&Kind::OpenBrace) {
                let Some(name) = field.text() else {
                    return Err(Problem::new("a nested field can't have wildcards", self.here()));
                };
                let outer = std::mem::replace(&mut self.prefix, format!("{name}."));
                let query = self.or(None)?;
                self.expect(&Kind::CloseBrace)?;
                self.prefix = outer;
                return Ok(query);
            }
            if self.eat(&Kind::Open) {
                let query = self.or(Some(&field))?;
                self.expect(&Kind::Close)?;
                return Ok(query);
            }
            return self.value(&field);
        }
        if let Some(Token { kind: Kind::Compare(operator), .. }) = self.peek() {
            let operator = *operator;
            self.at += 1;
            let field = Some(self.field(literal));
            let (value, _) = self.literal("a value")?;
            let Some(value) = value.text() else {
                return Err(Problem::new("a comparison can't have wildcards", self.here()));
            };
            let bound = Some(Bound { value: value.to_owned(), inclusive: operator.ends_with('=') });
            return Ok(if operator.starts_with('>') {
                Query::Between { field, lower: bound, upper: None }
            } else {
                Query::Between { field, lower: None, upper: bound }
            });
        }
        if literal.is_everything() {
            return Ok(Query::All);
        }
        Ok(Query::Term { field: None, term: Term { phrase: quoted, ..Term::of(literal) } })
    }

    /// A value of `field`.
    fn value(&mut self, field: &Pattern) -> Result<Query, Problem> {
        let (pattern, phrase) = self.literal("a value")?;
        if pattern.is_everything() && !phrase {
            return Ok(if field.is_everything() { Query::All } else { Query::Exists(field.clone()) });
        }
        Ok(Query::Term { field: Some(field.clone()), term: Term { phrase, ..Term::of(pattern) } })
    }

    fn field(&self, literal: Pattern) -> Pattern {
        if self.prefix.is_empty() {
            return literal;
        }
        let mut field = Pattern::exact(self.prefix.clone());
        literal.pieces.into_iter().for_each(|piece| field.push(piece));
        field
    }
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

    fn term(field: &str, value: &str) -> Query {
        Query::Term { field: Some(Pattern::exact(field)), term: Term::of(Pattern::exact(value)) }
    }

    #[test]
    fn not_binds_tightest_then_and() {
        assert_eq!(
            parse("a:1 or not b:2 AND c:3"),
            Ok(Query::Or(vec![term("a", "1"), Query::And(vec![Query::Not(Box::new(term("b", "2"))), term("c", "3")])]))
        );
    }

    #[test]
    fn values_may_stand_in_parentheses() {
        assert_eq!(
            parse("p.name:(wget or wget.exe)"),
            Ok(Query::Or(vec![term("p.name", "wget"), term("p.name", "wget.exe")]))
        );
        assert_eq!(parse("a:{b:1 and c:2}"), Ok(Query::And(vec![term("a.b", "1"), term("a.c", "2")])));
        assert_eq!(parse("a: *"), Ok(Query::Exists(Pattern::exact("a"))));
        assert_eq!(
            parse(r#"verbs:"*""#),
            Ok(Query::Term { field: Some(Pattern::exact("verbs")), term: Term::phrase("*".into()) })
        );
    }

    #[test]
    fn comparisons_are_ranges() {
        let bound = Some(Bound { value: "5".into(), inclusive: true });
        assert_eq!(parse("a >= 5"), Ok(Query::Between { field: Some(Pattern::exact("a")), lower: bound, upper: None }));
    }

    #[test]
    fn escapes_take_the_meaning_from_characters() {
        assert_eq!(parse(r"a:x\*\:\(y"), Ok(term("a", "x*:(y")));
        assert_eq!(parse(r"a:\and"), Ok(term("a", "and")));
        assert_eq!(
            parse(r#"a:"say \"hi\"""#),
            Ok(Query::Term { field: Some(Pattern::exact("a")), term: Term::phrase("say \"hi\"".into()) })
        );
    }

    #[test]
    fn problems_have_a_place() {
        assert_eq!(parse("a:"), Err(Problem::new("expected a value, found the end", 2..2)));
        assert_eq!(parse("a:1)"), Err(Problem::new("unexpected [)]", 3..4)));
        assert_eq!(parse("(a:1"), Err(Problem::new("expected [)], found the end", 4..4)));
        assert_eq!(parse("a:\"x"), Err(Problem::new("the string isn't closed", 2..4)));
        assert!(parse(&"(".repeat(5000)).is_err());
        assert_eq!(parse("  "), Ok(Query::All));
    }
}
