//! Entries read from a file or pipe.

use std::io::{self, BufRead};

use super::validate::is_whole;

/// A longer entry is refused: no query may be that long.
const LONGEST: usize = 4 << 20;

/// Cuts lines into entries: a query ends at an empty line, before a dot command, or where it is whole and the next
/// line doesn't go on with it. Lines of a comment between entries are passed over.
pub(crate) struct Entries<R> {
    lines: io::Lines<R>,
    ahead: Option<String>,
}

impl<R: BufRead> Entries<R> {
    /// The entries of `reader`.
    pub(crate) fn new(reader: R) -> Self {
        Self { lines: reader.lines(), ahead: None }
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        match self.ahead.take() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next().transpose(),
        }
    }

    fn entry(&mut self) -> io::Result<Option<String>> {
        let mut entry = String::new();
        while let Some(line) = self.line()? {
            let typed = line.trim();
            if entry.is_empty() {
                if typed.is_empty() || typed.starts_with("//") || typed.starts_with("#!") {
                    continue;
                }
                if typed.starts_with('.') {
                    return Ok(Some(line));
                }
            } else if typed.is_empty() {
                break;
            } else if typed.starts_with('.') || is_whole(&entry) && !goes_on(&line) {
                self.ahead = Some(line);
                break;
            } else {
                entry.push('\n');
            }
            if entry.len() + line.len() > LONGEST {
                return Err(io::Error::other("an entry is longer than 4 MB"));
            }
            entry.push_str(line.trim_end());
        }
        Ok((!entry.is_empty()).then_some(entry))
    }
}

/// Whether a line belongs to the query before it, whole as that may be: it begins with a pipe or comment, or is indented
/// and begins no query.
fn goes_on(line: &str) -> bool {
    const BEGINNINGS: &[&str] = &["from", "row", "show", "ts", "set", "explain", "promql"];
    let typed = line.trim_start();
    if typed.starts_with(['|', '/']) {
        return true;
    }
    let word = typed.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    typed.len() < line.len() && !BEGINNINGS.iter().any(|beginning| beginning.eq_ignore_ascii_case(word))
}

impl<R: BufRead> Iterator for Entries<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entry().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<String> {
        Entries::new(text.as_bytes()).collect::<io::Result<_>>().unwrap()
    }

    #[test]
    fn an_indented_line_is_not_cut_off_from_its_query() {
        assert_eq!(
            entries("FROM a\n  | STATS n = COUNT(*)\n      BY b\n  | SORT n\n  FROM c\nROW x = 1"),
            ["FROM a\n  | STATS n = COUNT(*)\n      BY b\n  | SORT n", "  FROM c", "ROW x = 1"]
        );
    }

    #[test]
    fn lines_become_entries() {
        assert_eq!(
            entries("// what\nFROM a\n| LIMIT 1\n.fields\nROW x = 1\nROW y = (2\n)\n\nFROM b |\n LIMIT 2"),
            ["FROM a\n| LIMIT 1", ".fields", "ROW x = 1", "ROW y = (2\n)", "FROM b |\n LIMIT 2"]
        );
        assert_eq!(entries("\n\n"), [""; 0]);
        assert_eq!(entries("ROW x = 1;\nROW y = 2;"), ["ROW x = 1;", "ROW y = 2;"]);
        assert_eq!(entries("SET time_zone = \"UTC\";\nROW y = 2"), ["SET time_zone = \"UTC\";\nROW y = 2"]);
        assert_eq!(entries("FROM a |\n\nROW x = 1"), ["FROM a |", "ROW x = 1"]);
    }
}
