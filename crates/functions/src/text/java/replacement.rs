//! The replacement of REPLACE: text with `$1`, `${name}` and escapes.

use super::{JavaRegex, Match};
use crate::Failure;

/// A replacement, taken apart.
#[derive(Debug)]
pub struct Replacement {
    parts: Vec<Part>,
}

#[derive(Debug, PartialEq)]
enum Part {
    Literal(String),
    /// The digits after a dollar sign; how many of them count depends on the number of groups.
    Digits(String),
    Name(String),
    /// What is wrong from here on, reported when a match gets here.
    Broken(&'static str),
}

impl Replacement {
    /// Takes a replacement apart. Errors in it only matter once there is a match.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let part = match c {
                '\\' => match chars.next() {
                    Some(c) => {
                        literal.push(c);
                        continue;
                    }
                    None => Part::Broken("character to be escaped is missing"),
                },
                '$' => reference(&mut chars),
                c => {
                    literal.push(c);
                    continue;
                }
            };
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(part);
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Self { parts }
    }

    /// Whether it refers to groups.
    pub(super) fn has_groups(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Digits(_) | Part::Name(_)))
    }

    /// Appends what replaces `found`.
    pub(super) fn push(&self, out: &mut String, text: &str, found: &Match, regex: &JavaRegex) -> Result<(), Failure> {
        for part in &self.parts {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Digits(digits) => push_numbered(out, text, found, regex, digits)?,
                Part::Name(name) => match regex.group_number(name) {
                    Some(group) => push_group(out, text, found, group),
                    None => return Err(Failure::illegal_argument(format!("No group with name {{{name}}}"))),
                },
                Part::Broken(reason) => return Err(Failure::illegal_argument(*reason)),
            }
        }
        Ok(())
    }
}

fn reference(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Part {
    match chars.peek() {
        None => Part::Broken("Illegal group reference: group index is missing"),
        Some('{') => {
            chars.next();
            let mut name = String::new();
            loop {
                match chars.next() {
                    Some('}') => return Part::Name(name),
                    Some(c) if c.is_ascii_alphanumeric() => name.push(c),
                    _ => return Part::Broken("named capturing group is missing trailing '}'"),
                }
            }
        }
        Some(c) if c.is_ascii_digit() => {
            let mut digits = String::new();
            while let Some(c) = chars.next_if(char::is_ascii_digit) {
                digits.push(c);
            }
            Part::Digits(digits)
        }
        Some(_) => Part::Broken("Illegal group reference"),
    }
}

/// The first digit always counts, further ones as long as there is such a group.
fn push_numbered(out: &mut String, text: &str, found: &Match, regex: &JavaRegex, digits: &str) -> Result<(), Failure> {
    let mut group = 0;
    let mut taken = 0;
    for digit in digits.bytes().map(|b| usize::from(b - b'0')) {
        let next = group * 10 + digit;
        if taken > 0 && next > regex.group_count() {
            break;
        }
        group = next;
        taken += 1;
    }
    if group > regex.group_count() {
        return Err(Failure { class: "java.lang.IndexOutOfBoundsException", message: format!("No group {group}") });
    }
    push_group(out, text, found, group);
    out.push_str(&digits[taken..]);
    Ok(())
}

fn push_group(out: &mut String, text: &str, found: &Match, group: usize) {
    if let Some((start, end)) = found.group(group) {
        out.push_str(&text[start..end]);
    }
}
