use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use quarry_plan::scan::Prefilter;

/// Finds out from raw bytes that a record can't be of interest.
#[derive(Debug, Default)]
pub(super) struct Literals {
    all: Vec<Any>,
}

#[derive(Debug)]
enum Any {
    One(Box<Finder<'static>>),
    Many(AhoCorasick),
}

impl Any {
    fn is_in(&self, bytes: &[u8]) -> bool {
        match self {
            Any::One(finder) => finder.find(bytes).is_some(),
            Any::Many(automaton) => automaton.is_match(bytes),
        }
    }
}

impl Literals {
    pub(super) fn new(prefilter: Option<&Prefilter>) -> Self {
        let any = |literals: &Vec<String>| match literals.as_slice() {
            [one] => Some(Any::One(Box::new(Finder::new(one).into_owned()))),
            many => AhoCorasick::new(many).ok().map(Any::Many),
        };
        Self { all: prefilter.map_or_else(Vec::new, |p| p.all.iter().filter_map(any).collect()) }
    }

    /// Whether the record lacks what it must contain. An escape could hide a literal, so a record with one doesn't.
    pub(super) fn exclude(&self, bytes: &[u8]) -> bool {
        self.all.iter().any(|any| !any.is_in(bytes)) && memchr::memchr(b'\\', bytes).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_without_a_literal_are_excluded() {
        let all = vec![vec!["abc".to_owned()], vec!["x".to_owned(), "y".to_owned()]];
        let literals = Literals::new(Some(&Prefilter { all }));
        assert!(!literals.exclude(b"{\"a\":\"abcy\"}"));
        assert!(literals.exclude(b"{\"a\":\"abc\"}"));
        assert!(!literals.exclude(br#"{"a":"\u0061bcz"}"#));
        assert!(!Literals::new(None).exclude(b""));
    }
}
