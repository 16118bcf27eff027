use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;
use quarry_plan::scan::{OneOf, Prefilter};

use super::needs::{Needs, Value, one_value};
use super::prefilter::Literals;
use super::wanted::Wanted;
use crate::catalog::Group;
use crate::extract::Finds;

/// Up to so many readers look for their literals by themselves, each at the speed of memory, before a record is parsed.
/// For more it is faster to parse all records and to look at the values of fields.
const BY_THEMSELVES: usize = 3;

/// Tells which readers a record may be of interest to.
pub(super) struct Screen {
    /// What is looked for in its bytes, before it is parsed, for these readers.
    literals: Vec<(usize, Literals)>,
    /// Whether a record may be of no interest to all, going by its bytes.
    may_pass_over: bool,
    /// What is looked for in a record that was parsed.
    values: Values,
    needs: Needs,
    /// Those who may want any record at all.
    possible: Wanted,
}

impl Screen {
    /// `place` tells where the values of a field are found, or its JSON text.
    pub(super) fn new(
        group: &Group,
        prefilters: &[Option<&Prefilter>],
        place: &dyn Fn(&str, bool) -> Option<usize>,
    ) -> Self {
        let has_literals = |prefilter: &&Prefilter| !prefilter.all.is_empty();
        let mut possible = Wanted::new(prefilters.len());
        let may_want = |prefilter: &Prefilter| !prefilter.present.iter().any(Vec::is_empty);
        let mut readers: Vec<usize> =
            (0..prefilters.len()).filter(|reader| prefilters[*reader].is_none_or(may_want)).collect();
        readers.iter().for_each(|reader| possible.add(*reader));
        let count = readers.len();
        let mut values = Values::by_field(prefilters, |field| place(field, false));
        let needs = Needs::new(prefilters, place);
        if prefilters.iter().flatten().count() > BY_THEMSELVES {
            readers.retain(|reader| !values.named[*reader] && !needs.named[*reader]);
        }
        readers.retain(|reader| prefilters[*reader].as_ref().is_some_and(has_literals));
        if readers.len() > BY_THEMSELVES {
            values.add_others(group, prefilters, std::mem::take(&mut readers));
        }
        let may_pass_over = readers.len() == count;
        let literals = readers.into_iter().map(|reader| (reader, Literals::new(prefilters[reader]))).collect();
        Self { literals, may_pass_over, values, needs, possible }
    }

    pub(super) fn may_pass_over(&self) -> bool {
        self.may_pass_over
    }

    /// What comes next is from another input.
    pub(super) fn reset(&mut self) {
        self.literals.iter_mut().for_each(|(_, literals)| literals.reset());
    }

    /// Notes who may want the record in the first `length` bytes of `bytes`, at `offset` of the input, as far as that can
    /// be told before it is parsed. `backslash` says whether it may hold a backslash, where that is known.
    pub(super) fn before(
        &mut self,
        bytes: &[u8],
        length: usize,
        offset: u64,
        backslash: Option<bool>,
        wanted: &mut Wanted,
    ) {
        wanted.clone_from(&self.possible);
        for (reader, literals) in &mut self.literals {
            if literals.exclude(bytes, length, offset, backslash) {
                wanted.remove(*reader);
            }
        }
    }

    /// As [`Screen::before`] for a record that was parsed.
    pub(super) fn after(&mut self, record: &[u8], finds: &Finds, wanted: &mut Wanted) {
        self.values.look(record, finds, wanted);
        self.needs.look(record, finds, wanted);
    }
}

/// Values that fields must have for readers.
struct Values {
    fields: Vec<ByField>,
    /// Whether each reader names a field.
    named: Vec<bool>,
    /// Readers that name none, and how their literals are found.
    others: Option<(Vec<usize>, Hits)>,
}

/// The readers that want certain values of a field.
struct ByField {
    column: usize,
    /// Who may want a record with this value; those who don't ask for the field among them.
    readers: hashbrown::HashMap<Box<[u8]>, Wanted, foldhash::fast::RandomState>,
    /// Who may want any other.
    otherwise: Wanted,
}

impl Values {
    fn by_field(prefilters: &[Option<&Prefilter>], place: impl Fn(&str) -> Option<usize>) -> Self {
        let mut by_column: BTreeMap<usize, Vec<(usize, &OneOf)>> = BTreeMap::new();
        let mut named = vec![false; prefilters.len()];
        for (number, prefilter) in prefilters.iter().enumerate() {
            for one_of in prefilter.iter().flat_map(|prefilter| &prefilter.fields) {
                let Some(column) = place(&one_of.field) else { continue };
                let asked = by_column.entry(column).or_default();
                if asked.last().is_none_or(|(last, _)| *last != number) {
                    asked.push((number, one_of));
                    named[number] = true;
                }
            }
        }
        let fields = by_column
            .into_iter()
            .map(|(column, asked)| {
                let mut otherwise = Wanted::new(prefilters.len());
                otherwise.all();
                asked.iter().for_each(|(number, _)| otherwise.remove(*number));
                let mut readers = hashbrown::HashMap::<Box<[u8]>, Wanted, _>::default();
                for (number, one_of) in asked {
                    for value in &one_of.values {
                        readers.entry(value.as_bytes().into()).or_insert_with(|| otherwise.clone()).add(number);
                    }
                }
                ByField { column, readers, otherwise }
            })
            .collect();
        Self { fields, named, others: None }
    }

    /// Looks for the literals of `others` too, who name no field.
    fn add_others(&mut self, group: &Group, prefilters: &[Option<&Prefilter>], others: Vec<usize>) {
        let mut theirs = vec![None; prefilters.len()];
        others.iter().for_each(|reader| theirs[*reader] = prefilters[*reader]);
        self.others = group.automaton(&theirs).map(|automaton| (others, Hits::new(automaton)));
    }

    fn look(&mut self, record: &[u8], finds: &Finds, wanted: &mut Wanted) {
        for number in 0..self.fields.len() {
            let field = &self.fields[number];
            let readers = match one_value(record, &finds.columns[field.column]) {
                Value::None => &field.otherwise,
                Value::One(value) => field.readers.get(value).unwrap_or(&field.otherwise),
                Value::Unclear => continue,
            };
            wanted.keep(readers);
            if wanted.is_empty() {
                // The next record most likely fails here too.
                self.fields.swap(0, number);
                return;
            }
        }
        if let Some((numbers, hits)) = &mut self.others {
            hits.find(record);
            numbers.iter().filter(|number| !hits.may_want(**number)).for_each(|number| wanted.remove(*number));
        }
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
