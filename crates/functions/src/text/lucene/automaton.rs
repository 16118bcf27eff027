//! Expressions with complement and intersection, as a deterministic automaton.
//!
//! A state is an expression: that of the strings which may follow. What it becomes after one more character is its
//! derivative, which complement and intersection have as simply as everything else. Equal expressions are one node,
//! and unions are kept sorted and flat, so that there are finitely many of them.

use std::collections::BTreeSet;

use super::syntax::{Expression, after};

/// Rules have many patterns, and all are built before the first event is read.
type HashMap<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// States beyond which a pattern is refused; Lucene's own limit.
const MOST_STATES: usize = 10_000;

/// Nodes beyond which a pattern is refused.
const MOST_NODES: usize = 500_000;

/// Parts of unions and intersections looked at, beyond which a pattern is refused.
const MOST_PARTS: usize = 4_000_000;

/// A complete automaton: no state is made while it matches.
#[derive(Debug)]
pub(super) struct Automaton {
    /// The first character of each class of characters that the expression doesn't tell apart.
    starts: Vec<char>,
    /// The class of each ASCII character.
    ascii: Vec<u16>,
    /// For each state and class the next state.
    next: Vec<u32>,
    accepting: Vec<bool>,
}

impl Automaton {
    /// Builds the automaton of an expression; `pattern` is for the message where it gets too large.
    pub(super) fn new(expression: &Expression, pattern: &str) -> Result<Self, String> {
        let mut boundaries = BTreeSet::from(['\0']);
        collect_boundaries(expression, &mut boundaries);
        let starts: Vec<char> = boundaries.into_iter().collect();
        let too_large = || format!("Determinizing {pattern} would require more than {MOST_STATES} states");

        // Every character of a pattern makes a state, or nearly so.
        if pattern.chars().count() > MOST_STATES {
            return Err(too_large());
        }

        let mut nodes = Nodes::default();
        let first = nodes.of(expression).ok_or_else(too_large)?;
        let mut states = vec![first];
        let mut numbers: HashMap<Id, u32> = HashMap::default();
        numbers.insert(first, 0);
        let mut next = Vec::new();
        let mut done = 0;
        while done < states.len() {
            let state = states[done];
            done += 1;
            for start in &starts {
                let target = nodes.derivative(state, *start).ok_or_else(too_large)?;
                let number = *numbers.entry(target).or_insert_with(|| {
                    states.push(target);
                    states.len() as u32 - 1
                });
                next.push(number);
            }
            if states.len() > MOST_STATES {
                return Err(too_large());
            }
        }
        let accepting = states.iter().map(|state| nodes.nullable[*state as usize]).collect();
        let mut automaton = Self { starts, ascii: Vec::new(), next, accepting };
        automaton.ascii = ('\0'..='\x7f').map(|c| automaton.class(c) as u16).collect();
        Ok(automaton)
    }

    fn class(&self, c: char) -> usize {
        self.starts.partition_point(|start| *start <= c) - 1
    }

    /// Whether the whole of `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut state = 0;
        for c in text.chars() {
            let class = match self.ascii.get(c as usize) {
                Some(class) => usize::from(*class),
                None => self.class(c),
            };
            state = self.next[state * self.starts.len() + class] as usize;
        }
        self.accepting[state]
    }
}

/// The characters at which some class begins or has just ended.
fn collect_boundaries(expression: &Expression, out: &mut BTreeSet<char>) {
    match expression {
        Expression::Class(ranges) => {
            for (from, to) in ranges {
                out.insert(*from);
                out.extend(after(*to));
            }
        }
        Expression::Sequence(parts) | Expression::Either(parts) | Expression::Both(parts) => {
            parts.iter().for_each(|part| collect_boundaries(part, out));
        }
        Expression::Not(inner) | Expression::Repeat(inner, ..) => collect_boundaries(inner, out),
        Expression::Nothing => {}
    }
}

type Id = u32;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Nothing,
    Empty,
    Class(Vec<(char, char)>),
    /// The first, then the second.
    Then(Id, Id),
    /// Sorted, without repetition.
    Either(Vec<Id>),
    /// Sorted, without repetition.
    Both(Vec<Id>),
    Not(Id),
    Repeat(Id, u32, Option<u32>),
}

/// All expressions met so far, each once. Functions give `None` where there are too many.
#[derive(Default)]
struct Nodes {
    ids: HashMap<Node, Id>,
    all: Vec<Node>,
    /// Whether each matches the empty string.
    nullable: Vec<bool>,
    derivatives: HashMap<(Id, char), Id>,
    /// Parts of unions and intersections looked at so far.
    parts: usize,
}

impl Nodes {
    fn of(&mut self, expression: &Expression) -> Option<Id> {
        match expression {
            Expression::Nothing => self.add(Node::Nothing),
            Expression::Class(ranges) if ranges.is_empty() => self.add(Node::Nothing),
            Expression::Class(ranges) => self.add(Node::Class(ranges.clone())),
            Expression::Sequence(parts) => {
                let mut rest = self.add(Node::Empty)?;
                for part in parts.iter().rev() {
                    let part = self.of(part)?;
                    rest = self.then(part, rest)?;
                }
                Some(rest)
            }
            Expression::Either(parts) => {
                let parts = parts.iter().map(|part| self.of(part)).collect::<Option<_>>()?;
                self.either(parts)
            }
            Expression::Both(parts) => {
                let parts = parts.iter().map(|part| self.of(part)).collect::<Option<_>>()?;
                self.both(parts)
            }
            Expression::Not(inner) => {
                let inner = self.of(inner)?;
                self.not(inner)
            }
            Expression::Repeat(inner, min, max) => {
                let inner = self.of(inner)?;
                self.repeat(inner, *min, *max)
            }
        }
    }

    fn add(&mut self, node: Node) -> Option<Id> {
        if let Some(id) = self.ids.get(&node) {
            return Some(*id);
        }
        if self.all.len() >= MOST_NODES {
            return None;
        }
        let is_nullable = |id: &Id| self.nullable[*id as usize];
        let nullable = match &node {
            Node::Nothing | Node::Class(_) => false,
            Node::Empty => true,
            Node::Then(a, b) => is_nullable(a) && is_nullable(b),
            Node::Either(parts) => parts.iter().any(is_nullable),
            Node::Both(parts) => parts.iter().all(is_nullable),
            Node::Not(inner) => !is_nullable(inner),
            Node::Repeat(inner, min, _) => *min == 0 || is_nullable(inner),
        };
        let id = self.all.len() as Id;
        self.ids.insert(node.clone(), id);
        self.all.push(node);
        self.nullable.push(nullable);
        Some(id)
    }

    fn node(&self, id: Id) -> &Node {
        &self.all[id as usize]
    }

    fn is_nothing(&self, id: Id) -> bool {
        matches!(self.node(id), Node::Nothing)
    }

    /// Whether it is the complement of nothing.
    fn is_everything(&self, id: Id) -> bool {
        matches!(self.node(id), Node::Not(inner) if self.is_nothing(*inner))
    }

    fn then(&mut self, a: Id, b: Id) -> Option<Id> {
        match (self.node(a).clone(), self.node(b)) {
            (Node::Nothing, _) | (_, Node::Nothing) => self.add(Node::Nothing),
            (Node::Empty, _) => Some(b),
            (_, Node::Empty) => Some(a),
            // Sequences lean to the right, so that one has one form.
            (Node::Then(first, rest), _) => {
                let rest = self.then(rest, b)?;
                self.add(Node::Then(first, rest))
            }
            _ => self.add(Node::Then(a, b)),
        }
    }

    /// Counts work; `None` where there is too much of it.
    fn look_at(&mut self, parts: usize) -> Option<()> {
        self.parts += parts;
        (self.parts <= MOST_PARTS).then_some(())
    }

    fn either(&mut self, parts: Vec<Id>) -> Option<Id> {
        let mut set = BTreeSet::new();
        for part in parts {
            let count = if let Node::Either(inner) = self.node(part) { inner.len() } else { 1 };
            self.look_at(count)?;
            match self.node(part) {
                Node::Either(inner) => set.extend(inner.iter().copied()),
                Node::Nothing => {}
                _ if self.is_everything(part) => return Some(part),
                _ => {
                    set.insert(part);
                }
            }
        }
        match set.len() {
            0 => self.add(Node::Nothing),
            1 => set.first().copied(),
            _ => self.add(Node::Either(set.into_iter().collect())),
        }
    }

    fn both(&mut self, parts: Vec<Id>) -> Option<Id> {
        let mut set = BTreeSet::new();
        for part in parts {
            let count = if let Node::Both(inner) = self.node(part) { inner.len() } else { 1 };
            self.look_at(count)?;
            match self.node(part) {
                Node::Both(inner) => set.extend(inner.iter().copied()),
                Node::Nothing => return Some(part),
                _ if self.is_everything(part) => {}
                _ => {
                    set.insert(part);
                }
            }
        }
        match set.len() {
            0 => {
                let nothing = self.add(Node::Nothing)?;
                self.not(nothing)
            }
            1 => set.first().copied(),
            _ => self.add(Node::Both(set.into_iter().collect())),
        }
    }

    fn not(&mut self, inner: Id) -> Option<Id> {
        match self.node(inner) {
            Node::Not(inner) => Some(*inner),
            _ => self.add(Node::Not(inner)),
        }
    }

    fn repeat(&mut self, inner: Id, min: u32, max: Option<u32>) -> Option<Id> {
        let min = if self.nullable[inner as usize] { 0 } else { min };
        match (self.node(inner), min, max) {
            (_, _, Some(0)) | (Node::Empty, ..) => self.add(Node::Empty),
            (Node::Nothing, 0, _) => self.add(Node::Empty),
            (Node::Nothing, ..) => Some(inner),
            (_, 1, Some(1)) => Some(inner),
            _ => self.add(Node::Repeat(inner, min, max)),
        }
    }

    /// What is left to match after `c`.
    fn derivative(&mut self, id: Id, c: char) -> Option<Id> {
        if let Some(known) = self.derivatives.get(&(id, c)) {
            return Some(*known);
        }
        let result = match self.node(id).clone() {
            Node::Nothing | Node::Empty => self.add(Node::Nothing)?,
            Node::Class(ranges) => {
                let inside = ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
                self.add(if inside { Node::Empty } else { Node::Nothing })?
            }
            Node::Then(a, b) => {
                let first = self.derivative(a, c)?;
                let first = self.then(first, b)?;
                if self.nullable[a as usize] {
                    let second = self.derivative(b, c)?;
                    self.either(vec![first, second])?
                } else {
                    first
                }
            }
            Node::Either(parts) => {
                let parts = parts.into_iter().map(|part| self.derivative(part, c)).collect::<Option<_>>()?;
                self.either(parts)?
            }
            Node::Both(parts) => {
                let parts = parts.into_iter().map(|part| self.derivative(part, c)).collect::<Option<_>>()?;
                self.both(parts)?
            }
            Node::Not(inner) => {
                let inner = self.derivative(inner, c)?;
                self.not(inner)?
            }
            Node::Repeat(inner, min, max) => {
                let first = self.derivative(inner, c)?;
                let rest = self.repeat(inner, min.saturating_sub(1), max.map(|max| max - 1))?;
                self.then(first, rest)?
            }
        };
        if self.derivatives.len() < MOST_NODES {
            self.derivatives.insert((id, c), result);
        }
        Some(result)
    }
}
