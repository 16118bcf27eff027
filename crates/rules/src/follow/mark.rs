//! What a file is known by, whatever its name is: how it begins, and what stands before the place read up to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

/// How much of a file's beginning is compared.
const HEAD: u64 = 1024;

/// How much is compared before the place read up to.
const TAIL: u64 = 256;

/// A file's content up to a place, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Everything before it has been read.
    pub(super) offset: u64,
    /// The hash of the first bytes, and how many they are.
    head: String,
    head_bytes: u64,
    /// The hash of the bytes before `offset`.
    tail: String,
}

/// The hashes of one file's beginnings.
#[derive(Debug, Default)]
pub(super) struct Heads {
    known: HashMap<u64, String>,
}

impl Heads {
    fn of(&mut self, file: &mut File, bytes: u64) -> io::Result<&str> {
        match self.known.entry(bytes) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(free) => Ok(free.insert(hash(file, 0, bytes)?)),
        }
    }
}

/// How a file's content compares with a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It has what was read, and perhaps more.
    Same,
    /// It begins alike and is shorter than what was read: perhaps a copy that isn't finished.
    Shorter,
    /// It is something else.
    Other,
}

impl Mark {
    /// The mark at `offset`.
    pub(super) fn at(file: &mut (impl Read + Seek), offset: u64) -> io::Result<Self> {
        let head_bytes = offset.min(HEAD);
        Ok(Self {
            offset,
            head: hash(file, 0, head_bytes)?,
            head_bytes,
            tail: hash(file, offset - offset.min(TAIL), offset.min(TAIL))?,
        })
    }

    /// Compares a file of `size` bytes.
    pub(super) fn compare(&self, file: &mut File, size: u64) -> io::Result<Likeness> {
        self.compare_with(file, size, &mut Heads::default())
    }

    /// Compares a file of `size` bytes, as one of many marks that it is compared with.
    pub(super) fn compare_with(&self, file: &mut File, size: u64, heads: &mut Heads) -> io::Result<Likeness> {
        if self.offset == 0 {
            // Nothing was read of it, so there is nothing to know it by.
            return Ok(Likeness::Same);
        }
        if size < self.head_bytes || heads.of(file, self.head_bytes)? != self.head {
            return Ok(Likeness::Other);
        }
        if size < self.offset {
            return Ok(Likeness::Shorter);
        }
        let tail = self.offset.min(TAIL);
        let same = hash(file, self.offset - tail, tail)? == self.tail;
        Ok(if same { Likeness::Same } else { Likeness::Other })
    }

    /// Whether anything was read.
    pub(super) fn is_empty(&self) -> bool {
        self.offset == 0
    }

    /// Few bytes that differ from file to file, for ids.
    pub(super) fn key(path: &str, head: &[u8]) -> String {
        let mut sha = Sha1::new();
        sha.update(path.as_bytes());
        sha.update([0]);
        sha.update(&head[..head.len().min(HEAD as usize)]);
        hex(&sha.finalize()[..8])
    }
}

fn hash(file: &mut (impl Read + Seek), start: u64, bytes: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(start))?;
    let mut buffer = Vec::with_capacity(bytes as usize);
    file.by_ref().take(bytes).read_to_end(&mut buffer)?;
    Ok(hex(&Sha1::digest(&buffer)))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_is_known_by_what_was_read_of_it() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'a'; 3000]).unwrap();
        let mark = Mark::at(&mut file, 2000).unwrap();
        assert_eq!(mark.compare(&mut file, 3000).unwrap(), Likeness::Same);
        assert_eq!(mark.compare(&mut file, 1500).unwrap(), Likeness::Shorter);
        let mut other = tempfile::tempfile().unwrap();
        other.write_all(&[b'a'; 1900]).unwrap();
        other.write_all(&[b'b'; 1900]).unwrap();
        assert_eq!(mark.compare(&mut other, 3800).unwrap(), Likeness::Other);
        assert_eq!(mark.compare(&mut tempfile::tempfile().unwrap(), 0).unwrap(), Likeness::Other);
    }
}
