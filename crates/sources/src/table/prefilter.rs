use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use quarry_plan::scan::Prefilter;

/// Finds out from raw bytes that a record can't be of interest.
///
/// The bytes are searched far beyond the record at hand: one search finds where the next literal is, and all records
/// before it are passed over without another look.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// A record must contain one of each.
    all: Vec<Search>,
    /// What a literal may hide behind.
    escape: Option<Search>,
}

/// A search through an input, record by record.
#[derive(Debug)]
struct Search {
    any: Any,
    /// Between these places of the input nothing was found; at the second something may be.
    clear: (u64, u64),
}

#[derive(Debug)]
enum Any {
    One(Box<Finder<'static>>),
    Many { automaton: AhoCorasick, longest: usize },
}

impl Any {
    fn one(literal: &[u8]) -> Self {
        Any::One(Box::new(Finder::new(literal).into_owned()))
    }

    fn find(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Any::One(finder) => finder.find(bytes),
            Any::Many { automaton, .. } => automaton.find(bytes).map(|found| found.start()),
        }
    }

    fn longest(&self) -> usize {
        match self {
            Any::One(finder) => finder.needle().len(),
            Any::Many { longest, .. } => *longest,
        }
    }
}

/// How far beyond a record is searched: what was searched is then looked at while it is still near the processor.
const AHEAD: usize = 256 << 10;

impl Search {
    fn new(any: Any) -> Self {
        Self { any, clear: (0, 0) }
    }

    /// Whether something is found in the first `length` bytes of `bytes`, which stand at `offset` of the input.
    fn is_in(&mut self, bytes: &[u8], length: usize, offset: u64) -> bool {
        let end = offset + length as u64;
        let (from, to) = self.clear;
        if from <= offset && end <= to {
            return false;
        }
        let bytes = &bytes[..bytes.len().min(length.max(AHEAD))];
        let found = self.any.find(bytes);
        // What begins near the end of the bytes may go on after them.
        let unclear = bytes.len().saturating_sub(self.any.longest() - 1);
        let clear = found.unwrap_or(unclear.max(length));
        self.clear = (offset, offset + clear as u64);
        found.is_some_and(|at| at < length)
    }
}

impl Literals {
    pub(super) fn new(prefilter: Option<&Prefilter>) -> Self {
        let Some(prefilter) = prefilter else { return Self::default() };
        let any = |literals: &Vec<String>| match literals.as_slice() {
            [one] => Some(Any::one(one.as_bytes())),
            many => {
                let longest = many.iter().map(String::len).max()?;
                AhoCorasick::new(many).ok().map(|automaton| Any::Many { automaton, longest })
            }
        };
        let escape: &[u8] = if by_any_escape(prefilter) { b"\\" } else { b"\\u" };
        Self {
            all: prefilter.all.iter().filter_map(any).map(Search::new).collect(),
            escape: Some(Search::new(Any::one(escape))),
        }
    }

    /// What comes next is from another input.
    pub(super) fn reset(&mut self) {
        self.all.iter_mut().chain(&mut self.escape).for_each(|search| search.clear = (0, 0));
    }

    /// Whether the record in the first `length` bytes of `bytes` lacks what it must contain; `offset` is where it stands in
    /// the input. An escape could hide a literal, so a record with one doesn't; `backslash` says whether there may be any,
    /// where that is known.
    pub(super) fn exclude(&mut self, bytes: &[u8], length: usize, offset: u64, backslash: Option<bool>) -> bool {
        let lacking = self.all.iter_mut().position(|search| !search.is_in(bytes, length, offset));
        let Some(lacking) = lacking else { return false };
        // What one record lacks, the next most likely lacks too: it is looked for first.
        self.all.swap(0, lacking);
        let Some(escape) = &mut self.escape else { return false };
        match backslash {
            Some(false) => true,
            // Few records have one, so that looking ahead would be a search of them all.
            Some(true) => escape.any.find(&bytes[..length]).is_none(),
            None => !escape.is_in(bytes, length, offset),
        }
    }
}

/// Whether a literal can be hidden by other escapes than the number of a character, as most can't.
pub(super) fn by_any_escape(prefilter: &Prefilter) -> bool {
    let has = |text: &String| text.bytes().any(|b| b < 0x20 || matches!(b, b'/' | b'"' | b'\\'));
    prefilter.all.iter().flatten().any(has)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn literals(all: &[&[&str]]) -> Literals {
        let all = all.iter().map(|any| any.iter().map(|&literal| literal.to_owned()).collect()).collect();
        Literals::new(Some(&Prefilter { all, ..Prefilter::default() }))
    }

    fn excludes(literals: &mut Literals, record: &str) -> bool {
        literals.reset();
        literals.exclude(record.as_bytes(), record.len(), 0, None)
    }

    #[test]
    fn records_without_a_literal_are_excluded() {
        let mut both = literals(&[&["abc"], &["x", "y"]]);
        assert!(!excludes(&mut both, "{\"a\":\"abcy\"}"));
        assert!(excludes(&mut both, "{\"a\":\"abc\"}"));
        assert!(!excludes(&mut both, r#"{"a":"\u0061bcz"}"#));
        assert!(excludes(&mut both, r#"{"a":"\n\"abz"}"#));
        assert!(!excludes(&mut Literals::new(None), ""));
    }

    #[test]
    fn a_slash_can_be_hidden_by_an_escape_of_its_own() {
        assert!(!excludes(&mut literals(&[&["a/b"]]), r#"{"a":"a\/b"}"#));
    }

    proptest! {
        #[test]
        fn looking_ahead_changes_nothing(records in proptest::collection::vec("[abcu\\\\]{0,12}", 0..30), window in 1_usize..80) {
            let lines: String = records.iter().flat_map(|record| [record.as_str(), "\n"]).collect();
            let mut searches = literals(&[&["abc"], &["ca", "bb"]]);
            let mut at = 0;
            for record in &records {
                let ahead = &lines.as_bytes()[at..lines.len().min(at + window.max(record.len()))];
                let known = [None, Some(record.contains('\\'))][at % 2];
                let found = searches.exclude(ahead, record.len(), at as u64, known);
                let has = |literal: &str| record.contains(literal);
                let expected = !(has("abc") && (has("ca") || has("bb"))) && !has("\\u");
                prop_assert_eq!(found, expected, "{} at {} in {}", record, at, lines);
                at += record.len() + 1;
            }
        }
    }
}
