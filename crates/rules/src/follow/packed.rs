//! Compressed files: they are read when they are whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Packed {
    #[default]
    No,
    Gzip,
    Zstd,
}

/// How the file is compressed, by its first bytes.
pub(super) fn kind(file: &mut File) -> io::Result<Packed> {
    let mut magic = Vec::with_capacity(4);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(4).read_to_end(&mut magic)?;
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => Packed::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Packed::Zstd,
        _ => Packed::No,
    })
}

/// The content, in a file that is gone when it is closed, and whether it is all of it.
pub(super) fn unpack(file: &mut File, packed: Packed) -> io::Result<(File, bool)> {
    file.seek(SeekFrom::Start(0))?;
    let mut out = tempfile::tempfile()?;
    let copied = match packed {
        Packed::No => io::copy(file, &mut out),
        Packed::Gzip | Packed::Zstd => {
            quarry::decompressed(file.try_clone()?).and_then(|mut content| io::copy(&mut content, &mut out))
        }
    };
    Ok((out, copied.is_ok()))
}

/// A file's name without what says how it is compressed.
pub(super) fn plain_name(name: &str) -> &str {
    [".gz", ".zst", ".zstd"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}
