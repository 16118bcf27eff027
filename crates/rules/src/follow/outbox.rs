//! Alerts on their way out. They are written down first, so that none is lost, and what was written out is known, so
//! that none is written twice.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::state::{State, Store};

/// Where alerts go.
pub enum Output<'a> {
    /// Lines are handed over, such as to standard output. Whether the other side got one can't be known, so after a
    /// crash the last ones may come again.
    Lines(&'a mut dyn FnMut(&str) -> io::Result<()>),
    /// They are appended to a file. What stands in it already isn't appended again.
    File(PathBuf),
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Output::Lines(_) => f.write_str("Lines"),
            Output::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

const OUTBOX: &str = "outbox.ndjson";
const DELIVERED: &str = "delivered";

/// Writes down the alerts of the next commit. They count once the state says so.
pub(super) fn fill(store: &Store, state: &mut State, lines: &[String], output: &Output<'_>) -> io::Result<()> {
    state.has_outbox = !lines.is_empty();
    state.output_bytes = match output {
        Output::File(path) => Some(std::fs::metadata(path).map_or(0, |meta| meta.len())),
        Output::Lines(_) => None,
    };
    if lines.is_empty() {
        return Ok(());
    }
    let mut text = lines.join("\n");
    text.push('\n');
    // The outbox of the commit before was written out, so its name is of another number.
    store.replace(&name(state.sequence), text.as_bytes())
}

fn name(sequence: u64) -> String {
    format!("{sequence}-{OUTBOX}")
}

/// Writes out what the last commit left, unless that is done. Returns how many alerts that were.
pub(super) fn deliver(store: &Store, state: &State, output: &mut Output<'_>) -> io::Result<usize> {
    if !state.has_outbox {
        return Ok(0);
    }
    let delivered = store.read(DELIVERED).ok().and_then(|text| String::from_utf8(text).ok()?.parse::<u64>().ok());
    if delivered == Some(state.sequence) {
        return Ok(0);
    }
    let text = String::from_utf8_lossy(&store.read(&name(state.sequence))?).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    match output {
        Output::Lines(write) => {
            for line in &lines {
                write(line)?;
            }
        }
        Output::File(path) => append(path, state.output_bytes.unwrap_or(0), &lines)?,
    }
    store.replace(DELIVERED, state.sequence.to_string().as_bytes())?;
    store.remove(&name(state.sequence));
    Ok(lines.len())
}

/// Appends the lines that aren't behind `base` yet.
fn append(path: &PathBuf, base: u64, lines: &[&str]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let size = file.metadata()?.len();
    // A shorter file is another one: everything is new to it.
    let base = if size < base { 0 } else { base };
    file.seek(SeekFrom::Start(base))?;
    let mut there = Vec::new();
    file.read_to_end(&mut there)?;
    let whole = there.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let part = &there[whole..];
    if !part.is_empty() {
        if lines.iter().any(|line| line.as_bytes().starts_with(part)) {
            file.set_len(base + whole as u64)?;
        } else {
            file.write_all(b"\n")?;
        }
    }
    let known: HashSet<&[u8]> = there[..whole].split(|byte| *byte == b'\n').collect();
    let mut text = String::new();
    for line in lines.iter().filter(|line| !known.contains(line.as_bytes())) {
        text.push_str(line);
        text.push('\n');
    }
    file.write_all(text.as_bytes())?;
    sync(&file)
}

/// Pipes and terminals can't be put on disk.
fn sync(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { file.sync_data() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_file_isnt_appended_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.ndjson");
        std::fs::write(&path, "{\"a\":0}\n").unwrap();
        for left in ["", "{\"a\":1}\n", "{\"a\":1}\n{\"a\":", "{\"a\":1}\n{\"a\":2}\n"] {
            std::fs::write(&path, format!("{{\"a\":0}}\n{left}")).unwrap();
            append(&path, 8, &["{\"a\":1}", "{\"a\":2}"]).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"a\":0}\n{\"a\":1}\n{\"a\":2}\n", "{left:?}");
        }
        std::fs::write(&path, "").unwrap();
        append(&path, 8, &["{\"a\":1}"]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"a\":1}\n");
    }

    #[test]
    fn the_outbox_is_written_out_once() {
        let (store, mut state) = Store::open(None).unwrap();
        let mut got = Vec::new();
        {
            let mut write = |line: &str| {
                got.push(line.to_owned());
                Ok(())
            };
            let mut output = Output::Lines(&mut write);
            state.sequence = 7;
            fill(&store, &mut state, &["x".into(), "y".into()], &output).unwrap();
            assert_eq!(deliver(&store, &state, &mut output).unwrap(), 2);
            assert_eq!(deliver(&store, &state, &mut output).unwrap(), 0);
        }
        assert_eq!(got, ["x", "y"]);
    }
}
