/// For each row of a batch the rows that match, in their order.
#[derive(Default)]
pub(super) struct Matches {
    rows: Vec<u32>,
    ends: Vec<usize>,
}

impl Matches {
    /// The same matches for `count` rows.
    pub(super) fn repeated(rows: u32, count: usize) -> Self {
        let mut matches = Self::default();
        for _ in 0..count {
            matches.push(0..rows);
        }
        matches
    }

    /// Adds the matches of the next row.
    pub(super) fn push(&mut self, rows: impl IntoIterator<Item = u32>) {
        self.rows.extend(rows);
        self.ends.push(self.rows.len());
    }

    /// Adds the matches of the next row, which come in any order and repeatedly.
    pub(super) fn push_unsorted(&mut self, mut rows: Vec<u32>) {
        rows.sort_unstable();
        rows.dedup();
        self.push(rows);
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The matches of one row.
    pub(super) fn of(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.rows[start..self.ends[row]]
    }

    /// The matches of all rows.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        (0..self.len()).map(|row| self.of(row))
    }

    /// Whether no row has several.
    pub(super) fn are_single(&self) -> bool {
        self.iter().all(|matches| matches.len() <= 1)
    }

    /// Every row with each of its matches.
    pub(super) fn pairs(&self) -> Vec<(u32, u32)> {
        self.iter().enumerate().flat_map(|(row, others)| others.iter().map(move |other| (row as u32, *other))).collect()
    }

    /// The matches that pairs in order of their rows stand for.
    pub(super) fn from_pairs(pairs: &[(u32, u32)], count: usize) -> Self {
        let mut matches =
            Self { rows: pairs.iter().map(|(_, other)| *other).collect(), ends: Vec::with_capacity(count) };
        let mut end = 0;
        for row in 0..count as u32 {
            end += pairs[end..].iter().take_while(|(of, _)| *of == row).count();
            matches.ends.push(end);
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::Matches;

    #[test]
    fn pairs_and_matches_are_the_same() {
        let mut matches = Matches::default();
        matches.push([]);
        matches.push_unsorted(vec![5, 3, 5]);
        matches.push([]);
        matches.push([7]);
        assert_eq!(matches.pairs(), [(1, 3), (1, 5), (3, 7)]);
        let again = Matches::from_pairs(&matches.pairs(), 4);
        assert!(again.iter().eq(matches.iter()));
        assert!(!again.are_single());
        assert_eq!(Matches::repeated(2, 2).pairs(), [(0, 0), (0, 1), (1, 0), (1, 1)]);
    }
}
