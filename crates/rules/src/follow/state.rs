//! What is kept between runs. One file says what holds; it is replaced as a whole, so it is always the old one or the new
//! one. Files that only grow stand beside it, and the state says how much of them counts.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::FollowError;
use super::clock::Progress;
use super::files::Known;
use super::suppress::Group;

/// What holds after the last commit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// The form of this file.
    pub(super) version: u32,
    /// Commits made; also the number of the outbox that belongs to it.
    pub(super) sequence: u64,
    /// Whether that outbox holds anything.
    pub(super) has_outbox: bool,
    /// How long the output file was before the outbox was written to it.
    pub(super) output_bytes: Option<u64>,
    /// The files, and how far each is read.
    pub(super) files: Vec<Known>,
    /// By the fields in which rules find the time, how far it is.
    pub(super) clocks: BTreeMap<String, Progress>,
    /// By rule, the last window that was looked at: its end.
    pub(super) done: BTreeMap<String, i64>,
    /// By rule, the groups or else the ids of alerts of windows that later ones overlap, with the end of the window that
    /// gave them first.
    pub(super) repeats: BTreeMap<String, BTreeMap<String, i64>>,
    /// By rule, the groups of suppressed alerts that take in others.
    pub(super) groups: BTreeMap<String, BTreeMap<String, Group>>,
    /// The alerts of these groups as they were given.
    pub(super) alerts: Part,
    /// By rule that states how many alerts a run may make, how many each made; by the end of the run.
    pub(super) made: BTreeMap<String, BTreeMap<i64, u64>>,
    /// The ids of alerts given for single events.
    pub(super) given: Part,
}

/// How much of a growing file counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// The file's number: a new one where what is old was left out.
    pub(super) number: u64,
    /// Its bytes.
    pub(super) bytes: u64,
}

const VERSION: u32 = 2;

/// What every form of the file says.
#[derive(Deserialize)]
struct Form {
    version: u32,
}

/// The folder that the state is in, locked.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
    _lock: File,
    _temporary: Option<tempfile::TempDir>,
}

impl Store {
    /// Opens the folder, or one that is gone at the end.
    pub(super) fn open(folder: Option<&Path>) -> Result<(Self, State), FollowError> {
        let temporary = match folder {
            Some(_) => None,
            None => Some(tempfile::tempdir().map_err(|error| FollowError::state(Path::new("."), &error))?),
        };
        let folder = folder.or(temporary.as_ref().map(tempfile::TempDir::path)).unwrap_or(Path::new(".")).to_owned();
        let wrong = |error: &io::Error| FollowError::state(&folder, error);
        fs::create_dir_all(&folder).map_err(|error| wrong(&error))?;
        let lock = File::create(folder.join("lock")).map_err(|error| wrong(&error))?;
        if lock.try_lock().is_err() {
            return Err(FollowError::Locked(folder));
        }
        let damaged = |message| FollowError::Damaged { path: folder.join("state.json"), message };
        let state = match fs::read_to_string(folder.join("state.json")) {
            Ok(text) => {
                let Form { version } = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
                if version != VERSION {
                    let advice = "go on with that version, or begin anew with another folder";
                    return Err(damaged(format!("another version of quarry wrote it (form {version}); {advice}")));
                }
                serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => State { version: VERSION, ..State::default() },
            Err(error) => return Err(wrong(&error)),
        };
        Ok((Self { folder, _lock: lock, _temporary: temporary }, state))
    }

    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    pub(super) fn error(&self, error: &io::Error) -> FollowError {
        FollowError::state(&self.folder, error)
    }

    /// Makes `state` what holds. Returns when it is on disk.
    pub(super) fn commit(&self, state: &State) -> io::Result<()> {
        self.replace("state.json", &serde_json::to_vec(state)?)
    }

    /// Writes a file as a whole: the old content or the new one is there, whatever happens.
    pub(super) fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let beside = self.folder.join(format!("{name}.new"));
        let mut file = File::create(&beside)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&beside, self.folder.join(name))?;
        File::open(&self.folder)?.sync_all()
    }

    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(name))
    }

    pub(super) fn remove(&self, name: &str) {
        // What can't be removed is only in the way of nobody.
        let _ = fs::remove_file(self.folder.join(name));
    }
}

/// A file that only grows.
#[derive(Debug)]
pub(super) struct Growing {
    name: String,
    file: File,
    part: Part,
}

impl Growing {
    /// Opens the file and forgets what no commit knows of.
    pub(super) fn open(store: &Store, name: &str, part: &Part) -> io::Result<Self> {
        let path = store.path().join(format!("{name}-{}", part.number));
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        file.set_len(part.bytes)?;
        Ok(Self { name: name.to_owned(), file, part: part.clone() })
    }

    /// Appends, and returns where it was put. It counts from the next commit on.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.part.bytes;
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)?;
        self.part.bytes += bytes.len() as u64;
        Ok(at)
    }

    /// Puts what was appended on disk.
    pub(super) fn sync(&self) -> io::Result<Part> {
        self.file.sync_data()?;
        Ok(self.part.clone())
    }

    pub(super) fn read(&mut self, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; bytes];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut buffer)?;
        Ok(buffer)
    }

    pub(super) fn read_all(&mut self) -> io::Result<Vec<u8>> {
        self.read(0, self.part.bytes as usize)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.part.bytes
    }

    /// The next file of this name, empty. The old one is removed by [`Growing::forget`] after the next commit.
    pub(super) fn next(&self, store: &Store) -> io::Result<Self> {
        Self::open(store, &self.name, &Part { number: self.part.number + 1, bytes: 0 })
    }

    /// Removes the file of which `kept` is the successor.
    pub(super) fn forget(store: &Store, name: &str, kept: &Part) {
        if let Some(old) = kept.number.checked_sub(1) {
            store.remove(&format!("{name}-{old}"));
        }
    }
}
