//! Text that a terminal may be shown: whatever would steer the terminal or reorder the line is made visible instead.

/// `text` with its control characters made visible, and where its bytes went.
pub(super) struct Visible {
    pub(super) text: String,
    /// For each change of length: the offset in the original after it, and the same place in `text`.
    shifts: Vec<(usize, usize)>,
}

impl Visible {
    pub(super) fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut shifts = vec![(0, 0)];
        for (at, c) in original.char_indices() {
            let end = at + c.len_utf8();
            let shown = if c == '\r' && original[end..].starts_with('\n') { None } else { Some(shown(c)) };
            text.extend(shown);
            if shown.map_or(0, char::len_utf8) != c.len_utf8() {
                shifts.push((end, text.len()));
            }
        }
        Self { text, shifts }
    }

    /// Where the original's byte `offset` is in the visible text.
    pub(super) fn offset(&self, offset: u32) -> usize {
        let offset = offset as usize;
        let after = self.shifts.partition_point(|(original, _)| *original <= offset);
        let (original, shown) = self.shifts.get(after.saturating_sub(1)).copied().unwrap_or((0, 0));
        let limit = self.shifts.get(after).map_or(self.text.len(), |(_, shown)| *shown);
        let mut at = (shown + (offset - original)).min(limit);
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// A short text with its control characters made visible.
pub(super) fn visible(text: &str) -> String {
    Visible::new(text).text
}

fn shown(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        // The block of pictures for the first 32 control characters follows their order.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        // C1 controls; marks that change the direction of text; line separators; marks without width.
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_the_change() {
        let visible = Visible::new("a\u{1b}b\r\nc\u{202e}d");
        assert_eq!(visible.text, "a\u{241b}b\nc\u{fffd}d");
        for (original, c) in [(0, 'a'), (1, '\u{241b}'), (2, 'b'), (4, '\n'), (5, 'c'), (9, 'd')] {
            assert!(visible.text[visible.offset(original)..].starts_with(c), "{original}");
        }
        assert_eq!(visible.offset(99), visible.text.len());
    }
}
