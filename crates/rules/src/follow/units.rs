//! Where events end in a text that still grows.

/// A value longer than this is handed on as it is, and counted as malformed where it isn't one.
pub(super) const LONGEST_UNIT: usize = 64 << 20;

/// How many bytes of `text` are whole: lines, JSON values over several lines, and a last line that is a whole value
/// though no line break follows it yet. `ended` says that nothing more will come.
pub(super) fn whole(text: &[u8], ended: bool) -> usize {
    if ended {
        return text.len();
    }
    let (mut consumed, mut at) = (0, 0);
    let mut value = Nesting::default();
    while at < text.len() {
        let (end, broken) = match memchr(b'\n', &text[at..]) {
            Some(found) => (at + found + 1, true),
            None => (text.len(), false),
        };
        let line = &text[at..end];
        // An object can't begin where a key has to stand: the lines before are the beginning of one that was cut.
        if value.wants_key() && line.trim_ascii_start().first() == Some(&b'{') {
            consumed = at;
            value = Nesting::default();
        }
        value.read(line);
        // A string can't go over a line break: the line is broken, and the next one stands for itself.
        let is_over = value.is_closed() || broken && value.in_string;
        if is_over && (broken || value.is_value()) {
            consumed = end;
            value = Nesting::default();
        }
        at = end;
    }
    if text.len() - consumed > LONGEST_UNIT { text.len() } else { consumed }
}

fn memchr(byte: u8, text: &[u8]) -> Option<usize> {
    text.iter().position(|b| *b == byte)
}

/// The brackets that are open.
#[derive(Default)]
struct Nesting {
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// Whether a bracket was closed.
    closed: bool,
    /// Whether the last sign is one behind which a value stands.
    awaits_value: bool,
}

impl Nesting {
    fn read(&mut self, line: &[u8]) {
        for byte in line {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => {
                    self.in_string = !self.in_string;
                    self.awaits_value = false;
                }
                _ if self.in_string => {}
                b'{' | b'[' => {
                    self.open.push(*byte);
                    self.awaits_value = false;
                }
                b'}' | b']' => {
                    self.open.pop();
                    self.closed = true;
                    self.awaits_value = false;
                }
                b':' => self.awaits_value = true,
                b if b.is_ascii_whitespace() => {}
                _ => self.awaits_value = false,
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.open.is_empty() && !self.in_string
    }

    /// Whether it is a whole object or array.
    fn is_value(&self) -> bool {
        self.is_closed() && self.closed
    }

    fn wants_key(&self) -> bool {
        self.open.last() == Some(&b'{') && !self.awaits_value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> &str {
        &text[..whole(text.as_bytes(), false)]
    }

    #[test]
    fn lines_are_taken_when_they_are_whole() {
        assert_eq!(cut("{\"a\":1}\n{\"a\":"), "{\"a\":1}\n");
        assert_eq!(cut("{\"a\":1}\n{\"a\":2}"), "{\"a\":1}\n{\"a\":2}");
        assert_eq!(cut("{\"a\":\"}"), "");
        assert_eq!(cut("noise\n"), "noise\n");
        assert_eq!(cut("nois"), "");
        assert_eq!(whole(b"{\"a\":", true), 5);
    }

    #[test]
    fn values_over_several_lines_wait_for_their_end() {
        assert_eq!(cut("[\n{\"a\":1},\n{\"a\":2}\n"), "");
        assert_eq!(cut("[\n{\"a\":1},\n{\"a\":2}\n]\n"), "[\n{\"a\":1},\n{\"a\":2}\n]\n");
        assert_eq!(cut("{\"Records\":\n[{\"a\":\n{\"b\":1}}]}\n{\"x\""), "{\"Records\":\n[{\"a\":\n{\"b\":1}}]}\n");
    }

    #[test]
    fn a_line_that_was_cut_doesnt_swallow_the_next() {
        assert_eq!(cut("{\"a\":1,\n{\"a\":2}\n{"), "{\"a\":1,\n{\"a\":2}\n");
        assert_eq!(cut("{\"a\":\"x\n{\"a\":2}\n"), "{\"a\":\"x\n{\"a\":2}\n");
    }
}
