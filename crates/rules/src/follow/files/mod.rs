//! Files that grow, are renamed, copied, cut off, and appear.

mod recognise;

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use super::FollowInput;
use super::mark::{Likeness, Mark};
use super::packed::{self, Packed};
use super::paths::{Place, places};
use super::units::{LONGEST_UNIT, whole};

/// Bytes read of one file at a time.
const BLOCK: usize = 4 << 20;

/// How long something that may be an unfinished copy, or an unfinished compressed file, may rest before it is taken as
/// it is.
const RESTS: Duration = Duration::from_secs(5);

/// Files that are gone and may come back as copies: so many are remembered.
const MOST_GONE: usize = 1000;

/// Problems with files that are told.
const MOST_TOLD: usize = 1000;

/// Files kept open, so that one that is moved away can be read to its end.
const MOST_OPEN: usize = 200;

/// A file and how far it is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Known {
    /// Stands for the file in the ids of its events.
    pub(super) key: String,
    /// Where it was seen last.
    path: PathBuf,
    /// The name that it had when it was found, without what says how it is compressed.
    name: String,
    index: Option<String>,
    device: u64,
    inode: u64,
    /// Bytes on disk when it was read last.
    size: u64,
    packed: Packed,
    mark: Mark,
    /// It isn't there any more, or its content isn't.
    gone: bool,
}

/// New whole events of a file.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// The file's key.
    pub(super) key: String,
    /// Where the bytes stand in the file.
    pub(super) base: u64,
    /// The file's name.
    pub(super) name: String,
    /// The index that the input was given as.
    pub(super) index: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// What is remembered of a file while the process runs.
struct Memory {
    first_seen: Instant,
    changed: Instant,
    size: u64,
    modified: Option<SystemTime>,
    /// Whether there is nothing to do until its size changes.
    settled: bool,
    handle: Option<File>,
    /// The content of a compressed file.
    unpacked: Option<File>,
}

/// Looks at files again and again.
pub(super) struct Watcher {
    inputs: Vec<FollowInput>,
    /// Folders and files that are never read: the state's own, the output.
    excluded: Vec<PathBuf>,
    known: Vec<Known>,
    /// The places of those that aren't gone.
    by_id: HashMap<(u64, u64), usize>,
    /// By device and inode.
    memory: HashMap<(u64, u64), Memory>,
    /// Things to tell, each once.
    told: HashSet<String>,
}

/// What a look at the files gave.
#[derive(Default)]
pub(super) struct Look {
    pub(super) chunks: Vec<Chunk>,
    /// The keys of files that have more to read at once; empty where nothing was read of one yet.
    pub(super) behind: Vec<String>,
    /// Files that are left alone for a moment, until it is clear what they are.
    pub(super) settling: usize,
    pub(super) problems: Vec<String>,
}

impl Watcher {
    pub(super) fn new(inputs: Vec<FollowInput>, excluded: Vec<PathBuf>, known: Vec<Known>) -> Self {
        let excluded = excluded.into_iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        Self { inputs, excluded, known, by_id: HashMap::new(), memory: HashMap::new(), told: HashSet::new() }
    }

    pub(super) fn known(&self) -> &[Known] {
        &self.known
    }

    /// Reads what is new, up to about `budget` bytes.
    pub(super) fn look(&mut self, budget: usize) -> Look {
        let mut look = Look::default();
        let mut seen = HashSet::new();
        let there = self.known.iter().enumerate().filter(|(_, known)| !known.gone);
        self.by_id = there.map(|(at, known)| ((known.device, known.inode), at)).collect();
        let (old, new): (Vec<_>, Vec<_>) = places(&self.inputs, &self.excluded, &mut look.problems)
            .into_iter()
            .filter_map(|place| Some((id(&place.meta)?, place)))
            .partition(|(id, _)| self.position(*id).is_some());
        // Files that are known come first: what a copy of one has beyond it can be told only then.
        for (id, place) in old.into_iter().chain(new) {
            if !seen.insert(id) {
                continue;
            }
            let read: usize = look.chunks.iter().map(|chunk| chunk.bytes.len()).sum();
            if read >= budget {
                if self.is_unread(id, &place) {
                    let key = self.position(id).map(|at| self.known[at].key.clone());
                    look.behind.push(key.unwrap_or_default());
                }
                // What wasn't looked at isn't gone.
                continue;
            }
            if let Err(error) = self.visit(id, &place, budget - read, &mut look) {
                self.tell(&mut look, format!("{}: {error}", place.path.display()));
            }
        }
        self.leave(&seen, &mut look);
        look.problems.retain(|problem| self.told.len() < MOST_TOLD && self.told.insert(problem.clone()));
        look
    }

    fn tell(&mut self, look: &mut Look, problem: String) {
        look.problems.push(problem);
    }

    fn position(&self, id: (u64, u64)) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// Whether a file may have something new.
    fn is_unread(&self, id: (u64, u64), place: &Place) -> bool {
        let same = |memory: &Memory| memory.settled && memory.size == place.meta.len();
        !place.only_known && !self.memory.get(&id).is_some_and(same)
    }

    fn visit(&mut self, id: (u64, u64), place: &Place, budget: usize, look: &mut Look) -> io::Result<()> {
        let now = Instant::now();
        let size = place.meta.len();
        let position = self.position(id);
        let memory = self.memory.entry(id).or_insert_with(|| Memory {
            first_seen: now,
            changed: now,
            size,
            modified: place.meta.modified().ok(),
            settled: false,
            handle: None,
            unpacked: None,
        });
        let modified = place.meta.modified().ok();
        if memory.size != size || memory.modified != modified {
            (memory.size, memory.modified, memory.changed) = (size, modified, now);
            (memory.settled, memory.unpacked) = (false, None);
        }
        if memory.settled {
            return Ok(());
        }
        if let Some(known) = position.map(|at| &self.known[at])
            && known.packed != Packed::No
            && known.size == size
            && memory.unpacked.is_none()
        {
            memory.settled = true;
            return Ok(());
        }
        let mut file = match memory.handle.take() {
            Some(file) => file,
            None => File::open(&place.path)?,
        };
        let packed = packed::kind(&mut file)?;
        let result = self.read(id, place, position, &mut file, packed, budget, look);
        if packed == Packed::No
            && self.memory.values().filter(|memory| memory.handle.is_some()).count() < MOST_OPEN
            && let Some(memory) = self.memory.get_mut(&id)
        {
            memory.handle = Some(file);
        }
        result
    }

    #[allow(clippy::too_many_arguments)]
    fn read(
        &mut self,
        id: (u64, u64),
        place: &Place,
        position: Option<usize>,
        file: &mut File,
        packed: Packed,
        budget: usize,
        look: &mut Look,
    ) -> io::Result<()> {
        let mut unpacked;
        let (content, size): (&mut File, u64) = if packed == Packed::No {
            let size = file.metadata()?.len();
            (file, size)
        } else {
            let Some(found) = self.unpack(id, place, file, packed, look)? else { return Ok(()) };
            unpacked = found;
            let size = unpacked.metadata()?.len();
            (&mut unpacked, size)
        };
        let ended = packed != Packed::No;
        let at = match position {
            Some(at) if self.known[at].mark.compare(content, size)? == Likeness::Same => Some(at),
            Some(at) => {
                // Cut off, or written anew: what was read may be in a copy. Or its place was given to another file, which
                // may be a copy itself.
                self.known[at].gone = true;
                self.by_id.remove(&id);
                self.recognise(id, place, content, size, packed, look)?
            }
            None => self.recognise(id, place, content, size, packed, look)?,
        };
        let Some(at) = at else {
            if ended && let Some(memory) = self.memory.get_mut(&id) {
                memory.unpacked = Some(content.try_clone()?);
            }
            return Ok(());
        };
        self.known[at].path.clone_from(&place.path);
        let done = take(&mut self.known[at], content, size, ended, budget, look)?;
        if done {
            self.known[at].size = place.meta.len();
        }
        if let Some(memory) = self.memory.get_mut(&id) {
            memory.settled = done;
            memory.unpacked = if ended && !done { Some(content.try_clone()?) } else { None };
        }
        Ok(())
    }

    /// Files that aren't at any place any more: what is left of them is read, and what was read is remembered.
    fn leave(&mut self, seen: &HashSet<(u64, u64)>, look: &mut Look) {
        for at in 0..self.known.len() {
            let id = (self.known[at].device, self.known[at].inode);
            if self.known[at].gone || seen.contains(&id) {
                continue;
            }
            if let Some(mut file) = self.memory.get_mut(&id).and_then(|memory| memory.handle.take())
                && let Ok(size) = file.metadata().map(|meta| meta.len())
                && matches!(self.known[at].mark.compare(&mut file, size), Ok(Likeness::Same))
            {
                match take(&mut self.known[at], &mut file, size, true, usize::MAX, look) {
                    Ok(_) => {}
                    Err(error) => look.problems.push(format!("{}: {error}", self.known[at].path.display())),
                }
            }
            self.known[at].gone = true;
        }
        self.memory.retain(|id, _| seen.contains(id));
        let gone = self.known.iter().filter(|known| known.gone).count();
        let mut surplus = gone.saturating_sub(MOST_GONE);
        self.known.retain(|known| {
            let drop = known.gone && surplus > 0;
            surplus -= usize::from(drop);
            !drop
        });
    }
}

/// Takes the new whole events of a file. True where nothing more can be taken until it grows.
fn take(
    known: &mut Known,
    content: &mut File,
    size: u64,
    ended: bool,
    budget: usize,
    look: &mut Look,
) -> io::Result<bool> {
    let mut taken = 0;
    let mut block = BLOCK;
    while known.mark.offset < size {
        if taken >= budget {
            look.behind.push(known.key.clone());
            return Ok(false);
        }
        let left = usize::try_from(size - known.mark.offset).unwrap_or(usize::MAX);
        let wanted = left.min(block);
        content.seek(SeekFrom::Start(known.mark.offset))?;
        let mut bytes = Vec::with_capacity(wanted);
        content.by_ref().take(wanted as u64).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            break;
        }
        let consumed = whole(&bytes, ended && wanted == left);
        if consumed == 0 {
            if wanted == left {
                break;
            }
            // The event is longer than the block.
            block = (block * 4).min(LONGEST_UNIT + BLOCK);
            continue;
        }
        bytes.truncate(consumed);
        if known.key.is_empty() {
            known.key = Mark::key(&format!("{}:{}", known.path.display(), known.inode), &bytes);
        }
        let base = known.mark.offset;
        known.mark = Mark::at(content, base + consumed as u64)?;
        taken += consumed;
        look.chunks.push(Chunk {
            key: known.key.clone(),
            base,
            name: known.name.clone(),
            index: known.index.clone(),
            bytes,
        });
    }
    Ok(true)
}

#[cfg(unix)]
fn id(meta: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.dev(), meta.ino()))
}

/// Without inodes the time of creation tells files apart.
#[cfg(not(unix))]
fn id(meta: &fs::Metadata) -> Option<(u64, u64)> {
    let created = meta.created().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((created.as_secs(), u64::from(created.subsec_nanos())))
}

/// Whether `path` is one of `folders` or inside one.
pub(super) fn is_inside(path: &Path, folders: &[PathBuf]) -> bool {
    !folders.is_empty()
        && fs::canonicalize(path).is_ok_and(|path| folders.iter().any(|folder| path.starts_with(folder)))
}
