use super::Guess;
use crate::frame::{member, next_member};
use crate::json::{number_end, space, string_end, unescape_into};

/// Tells the name and kind of each scalar in a well-formed object; nulls are none. Names are dotted, and elements of
/// arrays have the name of the array.
pub(crate) fn leaves(document: &[u8], max_depth: usize, see: &mut dyn FnMut(&str, Guess)) {
    let mut leaves = Leaves { bytes: document, name: String::new(), max_depth, see };
    leaves.object(0, 0);
}

struct Leaves<'a> {
    bytes: &'a [u8],
    name: String,
    max_depth: usize,
    see: &'a mut dyn FnMut(&str, Guess),
}

impl Leaves<'_> {
    fn object(&mut self, at: usize, depth: usize) -> Option<usize> {
        let mut at = space(self.bytes, at + 1);
        while let Ok(Some((key, value))) = member(self.bytes, at) {
            let before = self.name.len();
            if before > 0 {
                self.name.push('.');
            }
            let key = String::from_utf8_lossy(key);
            if key.contains('\\') {
                unescape_into(&key, &mut self.name)
            } else {
                self.name.push_str(&key)
            }
            let end = self.value(value, depth);
            self.name.truncate(before);
            at = next_member(self.bytes, end?).ok()?;
        }
        Some(at + 1)
    }

    fn value(&mut self, at: usize, depth: usize) -> Option<usize> {
        match self.bytes.get(at)? {
            b'{' | b'[' if depth > self.max_depth => None,
            b'{' => self.object(at, depth + 1),
            b'[' => {
                let mut at = space(self.bytes, at + 1);
                if self.bytes.get(at) == Some(&b']') {
                    return Some(at + 1);
                }
                loop {
                    at = space(self.bytes, self.value(at, depth + 1)?);
                    match self.bytes.get(at)? {
                        b',' => at = space(self.bytes, at + 1),
                        _ => return Some(at + 1),
                    }
                }
            }
            b'"' => {
                let (end, _) = string_end(self.bytes, at + 1).ok()?;
                let guess = match std::str::from_utf8(&self.bytes[at + 1..end]) {
                    Ok(text) => Guess::of_string(text),
                    Err(_) => Guess::STRING,
                };
                self.tell(guess);
                Some(end + 1)
            }
            b't' => {
                self.tell(Guess::BOOLEAN);
                Some(at + 4)
            }
            b'f' => {
                self.tell(Guess::BOOLEAN);
                Some(at + 5)
            }
            b'n' => Some(at + 4),
            _ => {
                let end = number_end(self.bytes, at).ok()?;
                self.tell(Guess::of_number(std::str::from_utf8(&self.bytes[at..end]).ok()?));
                Some(end)
            }
        }
    }

    fn tell(&mut self, guess: Guess) {
        (self.see)(&self.name, guess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dotted() {
        let mut seen = Vec::new();
        let text = br#"{"a":{"b.c":1,"d":[{"e":"x"},[true]]},"n":null,"f":[],"g":{"\u0068":-1.5}}"#;
        leaves(text, 100, &mut |name, guess| seen.push((name.to_owned(), guess)));
        let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.b.c", "a.d.e", "a.d", "g.h"]);
        assert_eq!(seen[3].1, Guess::DOUBLE);
    }
}
