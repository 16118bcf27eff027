//! What a file is that isn't known by its place: a copy of one that is, its compressed form, or a new one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::Duration;

use super::super::mark::{Heads, Likeness, Mark};
use super::super::packed::{self, End, Packed};
use super::super::paths::Place;
use super::{Known, Look, RESTS, Watcher};

/// How long a small new file is left alone: it may be a copy of one that is known, just begun.
const SETTLES: Duration = Duration::from_millis(500);

impl Watcher {
    /// The content of a compressed file; `None` where it isn't whole yet.
    pub(super) fn unpack(
        &mut self,
        id: (u64, u64),
        place: &Place,
        file: &mut File,
        packed: Packed,
        look: &mut Look,
    ) -> io::Result<Option<File>> {
        let Some(memory) = self.memory.get_mut(&id) else { return Ok(None) };
        if let Some(unpacked) = memory.unpacked.take() {
            return Ok(Some(unpacked));
        }
        let (unpacked, end) = packed::unpack(file, packed)?;
        let name = place.path.display();
        match end {
            End::Whole => return Ok(Some(unpacked)),
            End::Cut => {}
            End::Beyond(limit) => {
                let problem =
                    format!("{name}: it unpacks to more than {} MB; what comes after that isn't read", limit >> 20);
                self.tell(look, problem);
                return Ok(Some(unpacked));
            }
        }
        if memory.changed.elapsed() < RESTS {
            look.settling += 1;
            return Ok(None);
        }
        self.tell(look, format!("{name}: the compressed data ends too early; what is there was read"));
        Ok(Some(unpacked))
    }

    /// A file that isn't known by its place: a copy of one that is, or a new one. `None` where that can't be told yet.
    pub(super) fn recognise(
        &mut self,
        id: (u64, u64),
        place: &Place,
        content: &mut File,
        size: u64,
        packed: Packed,
        look: &mut Look,
    ) -> io::Result<Option<usize>> {
        let Some(memory) = self.memory.get(&id) else { return Ok(None) };
        let (age, rest) = (memory.first_seen.elapsed(), memory.changed.elapsed());
        let mut copy_of: Option<usize> = None;
        let mut unfinished = false;
        let mut heads = Heads::default();
        for (at, known) in self.known.iter().enumerate().filter(|(_, known)| !known.mark.is_empty()) {
            match known.mark.compare_with(content, size, &mut heads)? {
                Likeness::Same if copy_of.is_none_or(|best| self.known[best].mark.offset <= known.mark.offset) => {
                    copy_of = Some(at);
                }
                Likeness::Shorter => unfinished = true,
                _ => {}
            }
        }
        if let Some(at) = copy_of {
            // As long as the first one is there, it is the one that is read.
            if !self.known[at].gone {
                return Ok(None);
            }
            let mark = self.known[at].mark.clone();
            let (key, name) = (self.known[at].key.clone(), self.known[at].name.clone());
            let index = self.known[at].index.clone();
            let new = self.add(id, place, packed, mark);
            let copy = &mut self.known[new];
            (copy.key, copy.name, copy.index) = (key, name, index);
            return Ok(Some(new));
        }
        if place.only_known {
            return Ok(None);
        }
        if unfinished && rest < RESTS || size < 1024 && age < SETTLES && !self.known.is_empty() {
            look.settling += 1;
            return Ok(None);
        }
        if !place.named && !may_be_json(content)? || place.name.ends_with(".csv") {
            if let Some(memory) = self.memory.get_mut(&id) {
                memory.settled = true;
            }
            let problem = format!("{}: no JSON; it isn't followed", place.path.display());
            self.tell(look, problem);
            return Ok(None);
        }
        Ok(Some(self.add(id, place, packed, Mark::default())))
    }

    fn add(&mut self, (device, inode): (u64, u64), place: &Place, packed: Packed, mark: Mark) -> usize {
        self.by_id.insert((device, inode), self.known.len());
        self.known.push(Known {
            key: String::new(),
            path: place.path.clone(),
            name: packed::plain_name(&place.name).to_owned(),
            index: place.index.clone(),
            device,
            inode,
            size: 0,
            packed,
            mark,
            gone: false,
        });
        self.known.len() - 1
    }
}

/// Whether a file begins as JSON does, or with nothing but blanks.
fn may_be_json(content: &mut File) -> io::Result<bool> {
    let mut head = Vec::with_capacity(512);
    content.seek(SeekFrom::Start(0))?;
    content.by_ref().take(512).read_to_end(&mut head)?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    Ok(matches!(head.trim_ascii_start().first(), None | Some(b'{' | b'[')))
}
