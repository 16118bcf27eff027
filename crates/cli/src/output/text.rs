//! Values on a terminal.

use std::borrow::Cow;
use std::fmt::Write;

use super::width::width;

/// The text with control characters made visible, so that a value can't move the cursor or set colours.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            '\t' => out.push(' '),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// A message of several lines, in which nothing but a colour is left to the terminal.
pub(crate) fn guarded(message: &str) -> Cow<'_, str> {
    let steers = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || is_invisible(c);
    if !message.contains(steers) {
        return Cow::Borrowed(message);
    }
    let mut out = String::with_capacity(message.len());
    for (at, c) in message.char_indices() {
        if steers(c) && !(c == '\u{1b}' && begins_color(&message[at + 1..])) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether what stands after an escape sets a colour: `[`, numbers, `m`.
fn begins_color(rest: &str) -> bool {
    let numbers = |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m');
    rest.strip_prefix('[').is_some_and(numbers)
}

/// Characters that change how the text around them is shown, or that hide: marks of direction, joiners, separators of
/// lines, tags.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Lines of prose longer than this are hard to read, however wide a terminal is.
pub(crate) const LONGEST_LINE: usize = 110;

/// Prose in lines of at most `columns`, broken at spaces. What goes on stands under the text of its line: under the
/// second column, where two spaces or more end a first one.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        wrap_line(line, columns, &mut out);
        out.push('\n');
    }
    out
}

fn wrap_line(line: &str, columns: usize, out: &mut String) {
    let begin = hanging(line).min(columns / 2);
    let mut taken = 0;
    for word in line.split_inclusive(' ') {
        let own = width(word);
        if taken > begin && taken + width(word.trim_end()) > columns {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(begin));
            taken = begin;
        }
        out.push_str(word);
        taken += own;
    }
}

/// The column in which a line that is too long goes on.
fn hanging(line: &str) -> usize {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let Some(gap) = text.find("  ") else { return indent };
    let rest = text[gap..].trim_start();
    indent + width(&text[..text.len() - rest.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_codes_inside_values_are_neutralised() {
        assert_eq!(printable("a\u{1b}[31mred"), "a\\u{1b}[31mred");
        assert_eq!(printable("two\nlines"), "two⏎lines");
        assert_eq!(printable("\u{202e}txt.exe"), "\\u{202e}txt.exe");
        // An Arabic mark turns the direction as well, and tags hide a text in another.
        assert_eq!(printable("a\u{61c}b\u{e0041}"), "a\\u{61c}b\\u{e0041}");
    }

    #[test]
    fn messages_let_nothing_but_colours_through() {
        assert_eq!(guarded("\u{1b}[1;31merror\u{1b}[0m: x\n y"), "\u{1b}[1;31merror\u{1b}[0m: x\n y");
        assert_eq!(guarded("a\u{1b}]0;title\u{7}b\u{1b}[2J"), "a\\u{1b}]0;title\\u{7}b\\u{1b}[2J");
        assert_eq!(guarded("\u{202e}txt"), "\\u{202e}txt");
    }

    #[test]
    fn help_was_broken_inside_of_words() {
        assert_eq!(wrapped("one two three\n\nfour", 8), "one two\nthree\n\nfour\n");
        assert_eq!(wrapped("  NAME  one two three", 16), "  NAME  one two\n        three\n");
        assert_eq!(wrapped("  longer-than-all", 8), "  longer-than-all\n");
    }
}
