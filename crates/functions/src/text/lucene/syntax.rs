//! The grammar: alternatives of intersections of sequences of repetitions of single things.

use super::intervals;

/// Deeper nesting is refused.
const MOST_DEPTH: usize = 500;

/// A parsed expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// No string at all.
    Nothing,
    /// One character out of these ranges, which are sorted and apart from each other.
    Class(Vec<(char, char)>),
    /// One after the other; none is the empty string.
    Sequence(Vec<Expression>),
    /// One of them.
    Either(Vec<Expression>),
    /// All of them at once.
    Both(Vec<Expression>),
    /// Everything else.
    Not(Box<Expression>),
    /// So many times, without upper bound where that is missing.
    Repeat(Box<Expression>, u32, Option<u32>),
}

impl Expression {
    /// Exactly this text.
    pub(super) fn literal(text: &str) -> Self {
        Expression::Sequence(text.chars().map(|c| Expression::Class(vec![(c, c)])).collect())
    }

    /// Any one character.
    pub(super) fn any() -> Self {
        Expression::Class(vec![('\0', char::MAX)])
    }

    /// Whether it needs what only an automaton can do.
    pub(super) fn has_boolean_operators(&self) -> bool {
        match self {
            Expression::Both(_) | Expression::Not(_) => true,
            Expression::Sequence(parts) | Expression::Either(parts) => parts.iter().any(Self::has_boolean_operators),
            Expression::Repeat(inner, ..) => inner.has_boolean_operators(),
            Expression::Nothing | Expression::Class(_) => false,
        }
    }
}

/// Parses a whole pattern.
pub(super) fn parse(pattern: &str) -> Result<Expression, String> {
    let mut parser = Parser { chars: pattern.chars().collect(), at: 0, depth: 0 };
    if pattern.is_empty() {
        return Ok(Expression::Sequence(Vec::new()));
    }
    let expression = parser.union()?;
    if parser.at < parser.chars.len() {
        return Err(format!("end-of-string expected at position {}", parser.at));
    }
    Ok(expression)
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Result<char, String> {
        let c = self.peek().ok_or("unexpected end-of-string")?;
        self.at += 1;
        Ok(c)
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.eat(c) { Ok(()) } else { Err(format!("expected '{c}' at position {}", self.at)) }
    }

    fn union(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.intersection()?];
        while self.eat('|') {
            parts.push(self.intersection()?);
        }
        Ok(one_or(parts, Expression::Either))
    }

    fn intersection(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.sequence()?];
        while self.eat('&') {
            parts.push(self.sequence()?);
        }
        Ok(one_or(parts, Expression::Both))
    }

    fn sequence(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.repetition()?];
        while !matches!(self.peek(), None | Some(')' | '|' | '&')) {
            parts.push(self.repetition()?);
        }
        Ok(one_or(parts, Expression::Sequence))
    }

    fn repetition(&mut self) -> Result<Expression, String> {
        let mut expression = self.complement()?;
        for _ in 0..MOST_DEPTH {
            let (min, max) = match self.peek() {
                Some('?') => (0, Some(1)),
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('{') => {
                    self.at += 1;
                    let counts = self.counts()?;
                    expression = Expression::Repeat(Box::new(expression), counts.0, counts.1);
                    continue;
                }
                _ => return Ok(expression),
            };
            self.at += 1;
            expression = Expression::Repeat(Box::new(expression), min, max);
        }
        Err(format!("more than {MOST_DEPTH} repetitions of repetitions"))
    }

    /// The rest of `{n}`, `{n,}` or `{n,m}`.
    fn counts(&mut self) -> Result<(u32, Option<u32>), String> {
        let min = self.integer()?.ok_or_else(|| format!("integer expected at position {}", self.at))?;
        let max = if self.eat(',') { self.integer()? } else { Some(min) };
        self.expect('}')?;
        match max {
            Some(max) if max < min => Err(format!("invalid repetition range(out of order): {min}..{max}")),
            _ => Ok((min, max)),
        }
    }

    fn integer(&mut self) -> Result<Option<u32>, String> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        if start == self.at {
            return Ok(None);
        }
        let digits: String = self.chars[start..self.at].iter().collect();
        digits.parse().map(Some).map_err(|_| format!("For input string: \"{digits}\""))
    }

    fn complement(&mut self) -> Result<Expression, String> {
        let start = self.at;
        while self.eat('~') {}
        let negated = (self.at - start) % 2 == 1;
        let expression = self.class_or_simple()?;
        Ok(if negated { Expression::Not(Box::new(expression)) } else { expression })
    }

    fn class_or_simple(&mut self) -> Result<Expression, String> {
        if !self.eat('[') {
            return self.simple();
        }
        let negated = self.eat('^');
        let mut ranges = Vec::new();
        while !matches!(self.peek(), None | Some(']')) {
            self.class_item(&mut ranges)?;
        }
        self.expect(']')?;
        let ranges = normalize(ranges);
        Ok(Expression::Class(if negated { negate(&ranges) } else { ranges }))
    }

    fn class_item(&mut self, ranges: &mut Vec<(char, char)>) -> Result<(), String> {
        if let Some(predefined) = self.predefined() {
            ranges.extend(predefined);
            return Ok(());
        }
        let from = self.character()?;
        let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
        if !is_range {
            ranges.push((from, from));
            return Ok(());
        }
        self.at += 1;
        let to = self.character()?;
        if from > to {
            return Err(format!("invalid range: from ({}) cannot be > to ({})", u32::from(from), u32::from(to)));
        }
        ranges.push((from, to));
        Ok(())
    }

    /// `\d`, `\s`, `\w` and their opposites.
    fn predefined(&mut self) -> Option<Vec<(char, char)>> {
        if self.peek() != Some('\\') {
            return None;
        }
        let letter = self.chars.get(self.at + 1).copied()?;
        let ranges = match letter.to_ascii_lowercase() {
            'd' => vec![('0', '9')],
            's' => vec![('\t', '\n'), ('\r', '\r'), (' ', ' ')],
            'w' => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            _ => return None,
        };
        self.at += 2;
        Some(if letter.is_ascii_uppercase() { negate(&ranges) } else { ranges })
    }

    fn simple(&mut self) -> Result<Expression, String> {
        if let Some(ranges) = self.predefined() {
            return Ok(Expression::Class(ranges));
        }
        match self.peek() {
            Some('.') => self.at += 1,
            Some('#') => {
                self.at += 1;
                return Ok(Expression::Nothing);
            }
            Some('@') => {
                self.at += 1;
                return Ok(Expression::Repeat(Box::new(Expression::any()), 0, None));
            }
            Some('"') => {
                self.at += 1;
                let start = self.at;
                while !matches!(self.peek(), None | Some('"')) {
                    self.at += 1;
                }
                let text: String = self.chars[start..self.at].iter().collect();
                self.expect('"')?;
                return Ok(Expression::literal(&text));
            }
            Some('(') => return self.group(),
            Some('<') => return self.interval(),
            _ => {
                let c = self.character()?;
                return Ok(Expression::Class(vec![(c, c)]));
            }
        }
        Ok(Expression::any())
    }

    fn group(&mut self) -> Result<Expression, String> {
        self.at += 1;
        if self.eat(')') {
            return Ok(Expression::Sequence(Vec::new()));
        }
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(format!("more than {MOST_DEPTH} nested groups"));
        }
        let expression = self.union()?;
        self.expect(')')?;
        self.depth -= 1;
        Ok(expression)
    }

    /// `<low-high>`; any other name in these brackets is unknown.
    fn interval(&mut self) -> Result<Expression, String> {
        self.at += 1;
        let start = self.at;
        while !matches!(self.peek(), None | Some('>')) {
            self.at += 1;
        }
        let inside: String = self.chars[start..self.at].iter().collect();
        self.expect('>')?;
        let Some((low, high)) = inside.split_once('-') else { return Err(format!("'{inside}' not found")) };
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= i32::MAX as u32);
        let (Some(a), Some(b)) = (number(low), number(high)) else {
            return Err(format!("interval syntax error at position {}", self.at - 1));
        };
        let digits = if low.len() == high.len() { Some(low.len()) } else { None };
        Ok(intervals::interval(a.min(b), a.max(b), digits))
    }

    fn character(&mut self) -> Result<char, String> {
        self.eat('\\');
        self.next()
    }
}

fn one_or(mut parts: Vec<Expression>, wrap: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            wrap(parts)
        }
        None => wrap(parts),
    }
}

/// Sorted ranges without overlap.
pub(super) fn normalize(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut out: Vec<(char, char)> = Vec::new();
    for (from, to) in ranges {
        match out.last_mut() {
            Some(last) if u32::from(from) <= u32::from(last.1) + 1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// All other characters.
fn negate(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut out = Vec::new();
    let mut next = Some('\0');
    for (from, to) in ranges {
        if let (Some(start), Some(end)) = (next, before(*from))
            && start <= end
        {
            out.push((start, end));
        }
        next = after(*to);
    }
    if let Some(start) = next {
        out.push((start, char::MAX));
    }
    out
}

/// The character before one; those between the two halves of the range are skipped.
pub(super) fn before(c: char) -> Option<char> {
    match c {
        '\0' => None,
        '\u{e000}' => Some('\u{d7ff}'),
        c => char::from_u32(u32::from(c) - 1),
    }
}

/// The character after one.
pub(super) fn after(c: char) -> Option<char> {
    match c {
        '\u{d7ff}' => Some('\u{e000}'),
        c => char::from_u32(u32::from(c) + 1),
    }
}
