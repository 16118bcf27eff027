use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;
use quarry_plan::scan::{Prefilter, Reader};

use super::prefilter::Literals;
use super::reader::Rows;
use crate::catalog::Group;

/// Up to so many readers look for their literals by themselves, each at the speed of memory. More share an automaton.
const BY_THEMSELVES: usize = 3;

/// Tells from the bytes of a record which readers it may be of interest to.
pub(super) struct Screen {
    ways: Ways,
    /// Whether a record may be of no interest to all.
    may_pass_over: bool,
}

enum Ways {
    Each(Vec<Literals>),
    Together(Hits),
}

impl Screen {
    pub(super) fn new(group: &Group, readers: &[Reader<'_>]) -> Self {
        let prefilters: Vec<Option<&Prefilter>> = readers
            .iter()
            .map(|reader| reader.request.prefilter.as_ref().filter(|prefilter| !prefilter.all.is_empty()))
            .collect();
        let may_pass_over = prefilters.iter().all(Option::is_some);
        if prefilters.iter().flatten().count() > BY_THEMSELVES
            && let Some(automaton) = group.automaton(&prefilters)
        {
            return Self { ways: Ways::Together(Hits::new(automaton)), may_pass_over };
        }
        Self { ways: Ways::Each(prefilters.into_iter().map(Literals::new).collect()), may_pass_over }
    }

    pub(super) fn may_pass_over(&self) -> bool {
        self.may_pass_over
    }

    /// What comes next is from another input.
    pub(super) fn reset(&mut self) {
        if let Ways::Each(all) = &mut self.ways {
            all.iter_mut().for_each(Literals::reset);
        }
    }

    /// Tells each reader whether it may want the record in the first `length` bytes of `bytes`, at `offset` of the input.
    /// False where none does.
    pub(super) fn look(&mut self, bytes: &[u8], length: usize, offset: u64, readers: &mut [Rows<'_>]) -> bool {
        let mut any = false;
        match &mut self.ways {
            Ways::Each(all) => {
                for (reader, literals) in readers.iter_mut().zip(all) {
                    reader.wants = !reader.done && !literals.exclude(bytes, length, offset);
                    any |= reader.wants;
                }
            }
            Ways::Together(hits) => {
                hits.find(&bytes[..length]);
                for (number, reader) in readers.iter_mut().enumerate() {
                    reader.wants = !reader.done && hits.may_want(number);
                    any |= reader.wants;
                }
            }
        }
        any
    }
}

/// All literals of several readers, found in one pass over a record.
#[derive(Debug)]
pub(crate) struct Automaton {
    prefilters: Vec<Option<Prefilter>>,
    automaton: AhoCorasick,
    literals: usize,
    /// For each reader the numbers of its literals: one of each list must be there.
    readers: Vec<Vec<Vec<usize>>>,
    /// For each reader whether its literals can be hidden by other escapes than `\u`.
    by_any_escape: Vec<bool>,
}

impl Automaton {
    /// `None` where the literals are too many.
    pub(crate) fn new(prefilters: &[Option<&Prefilter>]) -> Option<Self> {
        let mut literals: Vec<&str> =
            prefilters.iter().flatten().flat_map(|p| p.all.iter().flatten()).map(String::as_str).collect();
        literals.sort_unstable();
        literals.dedup();
        let number = |literal: &String| literals.binary_search(&literal.as_str()).ok();
        let readers = prefilters
            .iter()
            .map(|prefilter| {
                let all = prefilter.map_or(&[][..], |prefilter| &prefilter.all);
                all.iter().map(|any| any.iter().filter_map(number).collect()).collect()
            })
            .collect();
        let by_any_escape =
            prefilters.iter().map(|prefilter| prefilter.is_some_and(super::prefilter::by_any_escape)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&literals)
            .ok()?;
        Some(Self {
            prefilters: prefilters.iter().map(|prefilter| prefilter.cloned()).collect(),
            automaton,
            literals: literals.len(),
            readers,
            by_any_escape,
        })
    }

    /// Whether it was made for these.
    pub(crate) fn is_for(&self, prefilters: &[Option<&Prefilter>]) -> bool {
        self.prefilters.iter().map(Option::as_ref).eq(prefilters.iter().copied())
    }
}

/// What an automaton found in a record.
struct Hits {
    automaton: Arc<Automaton>,
    /// The record in which each literal was found last.
    found: Vec<u64>,
    record: u64,
    escapes: bool,
    by_number: bool,
}

impl Hits {
    fn new(automaton: Arc<Automaton>) -> Self {
        let found = vec![0; automaton.literals];
        Self { automaton, found, record: 0, escapes: false, by_number: false }
    }

    fn find(&mut self, record: &[u8]) {
        self.record += 1;
        for hit in self.automaton.automaton.find_overlapping_iter(record) {
            self.found[hit.pattern().as_usize()] = self.record;
        }
        self.escapes = memchr::memchr(b'\\', record).is_some();
        self.by_number = self.escapes && memmem::find(record, b"\\u").is_some();
    }

    fn may_want(&self, reader: usize) -> bool {
        let hidden = if self.automaton.by_any_escape[reader] { self.escapes } else { self.by_number };
        let is_found = |literal: &usize| self.found[*literal] == self.record;
        hidden || self.automaton.readers[reader].iter().all(|any| any.iter().any(is_found))
    }
}
