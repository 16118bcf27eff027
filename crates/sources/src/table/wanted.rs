/// A set of readers, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    words: Vec<u64>,
    readers: usize,
}

impl Clone for Wanted {
    fn clone(&self) -> Self {
        Self { words: self.words.clone(), readers: self.readers }
    }

    /// Without asking for memory, as this is done for every record.
    fn clone_from(&mut self, other: &Self) {
        self.words.clone_from(&other.words);
        self.readers = other.readers;
    }
}

impl Wanted {
    /// None of `readers`.
    pub(super) fn new(readers: usize) -> Self {
        Self { words: vec![0; readers.div_ceil(64)], readers }
    }

    /// Puts all in.
    pub(super) fn all(&mut self) {
        self.words.fill(u64::MAX);
        if let Some(last) = self.words.last_mut() {
            *last >>= (64 - self.readers % 64) % 64;
        }
    }

    pub(super) fn add(&mut self, reader: usize) {
        self.words[reader / 64] |= 1 << (reader % 64);
    }

    pub(super) fn remove(&mut self, reader: usize) {
        self.words[reader / 64] &= !(1 << (reader % 64));
    }

    pub(super) fn has(&self, reader: usize) -> bool {
        self.words[reader / 64] & (1 << (reader % 64)) != 0
    }

    /// Leaves only those that are in `others` too.
    pub(super) fn keep(&mut self, others: &Self) {
        self.words.iter_mut().zip(&others.words).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The readers in it, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(place, word)| {
            std::iter::successors(Some(*word).filter(|word| *word != 0), |word| {
                Some(word & (word - 1)).filter(|word| *word != 0)
            })
            .map(move |word| place * 64 + word.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_counted_by_their_numbers() {
        for readers in [0, 1, 63, 64, 65, 130] {
            let mut wanted = Wanted::new(readers);
            assert!(wanted.is_empty());
            wanted.all();
            assert_eq!(wanted.iter().collect::<Vec<_>>(), (0..readers).collect::<Vec<_>>());
        }
        let mut wanted = Wanted::new(130);
        let mut others = Wanted::new(130);
        [3, 64, 129].into_iter().for_each(|reader| wanted.add(reader));
        [64, 100, 129].into_iter().for_each(|reader| others.add(reader));
        wanted.keep(&others);
        assert!(wanted.has(64) && !wanted.has(65));
        wanted.remove(64);
        assert_eq!(wanted.iter().collect::<Vec<_>>(), [129]);
    }
}
