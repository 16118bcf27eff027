//! How wide text is on a terminal, and how it is cut and padded to a width.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands where a value was cut.
pub(crate) const CUT: char = '…';

/// The columns that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` in at most `most` columns, with a mark where something is missing.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut taken = 0;
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if taken + columns + 1 > most {
            break;
        }
        taken += columns;
        kept.push(c);
    }
    if most > 0 {
        kept.push(CUT);
    }
    Cow::Owned(kept)
}

/// The end of `text` in at most `most` columns, with a mark where its beginning is missing: of names of fields the
/// last part tells most.
pub(crate) fn cut_front(text: &str, most: usize) -> Cow<'_, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut from = text.len();
    let mut taken = 0;
    for (at, c) in text.char_indices().rev() {
        taken += c.width().unwrap_or(0);
        if taken + 1 > most {
            break;
        }
        from = at;
    }
    Cow::Owned(format!("{CUT}{}", &text[from..]))
}

/// `text` as lines of at most `columns`; what goes beyond `lines` lines is cut with a mark.
pub(crate) fn wrap(text: &str, columns: usize, lines: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut out = vec![String::new()];
    let mut taken = 0;
    for c in text.chars() {
        let own = c.width().unwrap_or(0);
        if taken + own > columns {
            if out.len() == lines.max(1) {
                if let Some(last) = out.last_mut() {
                    let shortened = cut(&format!("{last}  "), columns).into_owned();
                    *last = shortened;
                    if !last.ends_with(CUT) {
                        last.truncate(last.trim_end().len());
                        last.push(CUT);
                    }
                }
                return out;
            }
            out.push(String::new());
            taken = 0;
        }
        taken += own;
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

/// `text` filled with spaces to `columns`, on its left side where `right` aligned.
pub(crate) fn pad(text: &str, shown: usize, columns: usize, right: bool) -> String {
    let fill = " ".repeat(columns.saturating_sub(shown));
    if right { format!("{fill}{text}") } else { format!("{text}{fill}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(width("日本"), 4);
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 0), "");
        assert_eq!(cut_front("abcdef", 4), "…def");
        assert_eq!(cut_front("日本語", 5), "…本語");
        assert_eq!(cut_front("日本語", 4), "…語");
    }

    #[test]
    fn long_text_is_wrapped_and_then_cut() {
        assert_eq!(wrap("abcdef", 3, 4), ["abc", "def"]);
        assert_eq!(wrap("abcdefghij", 3, 2), ["abc", "de…"]);
        assert_eq!(wrap("", 3, 2), [""]);
    }
}
