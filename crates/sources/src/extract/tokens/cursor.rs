use crate::json::{BLOCK, Marks, pass_over};

/// Goes from token to token.
pub(super) struct Cursor<'a> {
    marks: &'a [Marks],
    /// The block of the token.
    block: usize,
    /// Where that begins, counted from where the record does: it may begin before it.
    base: usize,
    /// The tokens of the block from this one on.
    left: u64,
}

impl<'a> Cursor<'a> {
    /// At the first token that is not before `from`, which is where the record begins.
    pub(super) fn new(marks: &'a [Marks], from: usize) -> Self {
        let block = from / BLOCK;
        let left = marks.get(block).map_or(0, |marks| marks.tokens & u64::MAX << (from % BLOCK));
        let mut cursor = Self { marks, block, base: (block * BLOCK).wrapping_sub(from), left };
        cursor.find();
        cursor
    }

    /// Where the token is, counted from the beginning of the record.
    #[inline(always)]
    pub(super) fn at(&self) -> Option<usize> {
        (self.left != 0).then(|| self.base.wrapping_add(self.left.trailing_zeros() as usize))
    }

    /// On to the next token.
    #[inline(always)]
    pub(super) fn advance(&mut self) {
        self.left &= self.left.wrapping_sub(1);
        self.find();
    }

    /// On to the first block with a token, unless this one has one.
    #[inline(always)]
    fn find(&mut self) {
        while self.left == 0 {
            let Some(marks) = self.marks.get(self.block + 1) else { return };
            self.block += 1;
            self.base = self.base.wrapping_add(BLOCK);
            self.left = marks.tokens;
        }
    }

    /// Passes over the object or array that is the next token by its brackets alone, and gives its end; see [`pass_over`].
    #[inline]
    pub(super) fn pass_over(&mut self, most: usize) -> Option<usize> {
        let passed = pass_over(self.marks, self.block, self.left, most)?;
        self.base = self.base.wrapping_add((passed.block - self.block) * BLOCK);
        self.block = passed.block;
        self.left = passed.left;
        let end = self.base.wrapping_add(passed.end);
        self.find();
        Some(end)
    }
}
